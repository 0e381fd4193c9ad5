using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// A method with <c>[Hypercall]</c>. The generator and the rules both ask here, so a declaration either gets a body or is reported.
/// </summary>
internal sealed class HypercallDeclaration
{
    private const int MaximumNumber = 127;
    private const int MaximumArguments = 5;

    private HypercallDeclaration(IMethodSymbol method, AttributeData attribute)
    {
        Method = method;
        Attribute = attribute;
        Number = GuestApi.OnlyArgument(attribute) is int number ? number : -1;
        NativeName = attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == "Native").Value.Value as string;
        Problem = FindProblem();
    }

    internal IMethodSymbol Method { get; }

    internal AttributeData Attribute { get; }

    internal int Number { get; }

    /// <summary>What a native image calls instead, or null.</summary>
    internal string? NativeName { get; }

    /// <summary>End of a sentence that starts with the method's name; null when a body can be written.</summary>
    internal string? Problem { get; }

    /// <summary>Reads the attribute of <paramref name="method"/>; null when it declares no hypercall.</summary>
    internal static HypercallDeclaration? TryRead(IMethodSymbol method) =>
        GuestApi.FindAttribute(method, GuestApi.HypercallAttribute) is { } attribute ? new HypercallDeclaration(method, attribute) : null;

    /// <summary>Whether an argument is passed by the address of a copy of the caller's choice.</summary>
    internal static bool IsByAddress(IParameterSymbol parameter) => parameter.RefKind is RefKind.In or RefKind.Ref or RefKind.RefReadOnlyParameter;

    private string? FindProblem()
    {
        if (Method is not { MethodKind: MethodKind.Ordinary, IsStatic: true, Arity: 0, IsPartialDefinition: true } ||
            Method.ContainingType is not { TypeKind: TypeKind.Class or TypeKind.Struct, IsRecord: false } || IsInGenericType())
        {
            return "is not a static partial method without type parameters, in a class or structure without type parameters";
        }

        if (Method.ReturnType.SpecialType != SpecialType.System_Int64 || Method.RefKind != RefKind.None)
        {
            return "must return 'long', the result of a hypercall";
        }

        if (Number is < 0 or > MaximumNumber)
        {
            return $"has the number {Number}, but the hypercall page has stubs for 0 to {MaximumNumber}";
        }

        if (Method.Parameters.Length > MaximumArguments)
        {
            return $"has {Method.Parameters.Length} parameters, but a hypercall has at most {MaximumArguments} arguments";
        }

        return Method.Parameters.FirstOrDefault(static parameter => !IsPassable(parameter)) is { } parameter
            ? $"has a parameter '{parameter.Name}' that is no integer, enumeration, pointer, or 'in' or 'ref' structure without references"
            : FindNativeProblem();
    }

    private string? FindNativeProblem() =>
        NativeName is null || Method.ContainingType.GetMembers(NativeName).OfType<IMethodSymbol>()
            .Any(candidate => !SymbolEqualityComparer.Default.Equals(candidate, Method) && Signatures.Match(Method, candidate))
            ? null
            : $"names '{NativeName}' for native images, but '{Method.ContainingType.Name}' has no such static method with the same signature";

    private static bool IsPassable(IParameterSymbol parameter)
    {
        if (IsByAddress(parameter))
        {
            return parameter.Type is { IsUnmanagedType: true, IsRefLikeType: false };
        }

        return parameter.RefKind == RefKind.None && parameter.Type is
            IPointerTypeSymbol or
            { TypeKind: TypeKind.Enum } or
            { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr };
    }

    private bool IsInGenericType()
    {
        for (INamedTypeSymbol? type = Method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.Arity > 0)
            {
                return true;
            }
        }

        return false;
    }
}
