using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// The paravirtual counterpart of an operation, or the reason why there is none. The generator and rule PK0004 both
/// ask here, so a call is either intercepted or reported.
/// </summary>
internal sealed class Counterpart
{
    private Counterpart(IMethodSymbol? method, string? problem)
    {
        Method = method;
        Problem = problem;
    }

    /// <summary>The static method to call instead; null when <see cref="Problem"/> is set.</summary>
    internal IMethodSymbol? Method { get; }

    /// <summary>End of a sentence that starts with the operation's name; null when the counterpart is usable.</summary>
    internal string? Problem { get; }

    /// <summary>Finds the counterpart of an operation whose attribute names a type.</summary>
    /// <param name="operation">An operation with a <see cref="SensitiveOperation.CounterpartType"/>.</param>
    /// <param name="compilation">The compilation in which interceptors would be generated.</param>
    internal static Counterpart Resolve(SensitiveOperation operation, Compilation compilation)
    {
        INamedTypeSymbol type = operation.CounterpartType!;
        if (operation.Method is not { MethodKind: MethodKind.Ordinary, ContainingType.CanBeReferencedByName: true })
        {
            return Bad("is not an ordinary method, and only calls of ordinary methods can be intercepted");
        }

        if (operation.Method.ContainingType.ContainingType is { IsGenericType: true } || type.IsGenericType)
        {
            return Bad("is declared inside a generic type's type, or its counterpart in a generic type; make the counterpart a generic method instead");
        }

        if (type.TypeKind == TypeKind.Error)
        {
            return Bad($"names a counterpart type '{type.Name}' that does not exist");
        }

        if (!compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))
        {
            return Bad($"names a counterpart type '{type.ToDisplayString()}' that is not accessible from '{compilation.AssemblyName}'; make it public");
        }

        return ResolveMethod(operation.Method, type, compilation);
    }

    /// <summary>The module and symbol that an <c>extern</c> counterpart imports; null for an ordinary method.</summary>
    internal static (string Module, string Symbol)? FindImport(IMethodSymbol counterpart, Compilation compilation)
    {
        if ((counterpart.MethodImplementationFlags & MethodImplAttributes.InternalCall) == 0 ||
            GuestApi.FindAttribute(counterpart, GuestApi.RuntimeImportAttribute) is not { ConstructorArguments.Length: 2 } import ||
            !compilation.IsSymbolAccessibleWithin(import.AttributeClass!, compilation.Assembly))
        {
            return null;
        }

        return import.ConstructorArguments[0].Value is string module && import.ConstructorArguments[1].Value is string symbol
            ? (module, symbol)
            : null;
    }

    private static Counterpart ResolveMethod(IMethodSymbol operation, INamedTypeSymbol type, Compilation compilation)
    {
        IMethodSymbol[] candidates = type.GetMembers(operation.Name).OfType<IMethodSymbol>().ToArray();
        if (candidates.Length == 0)
        {
            return Bad($"has no counterpart: '{type.ToDisplayString()}' has no visible method '{operation.Name}'");
        }

        if (candidates.FirstOrDefault(candidate => Signatures.Match(operation, candidate)) is not { } match)
        {
            return Bad($"has no counterpart: no static method '{operation.Name}' of '{type.ToDisplayString()}' has the signature '{operation.ToDisplayString()}'{Receiver(operation)}");
        }

        return compilation.IsSymbolAccessibleWithin(match, compilation.Assembly)
            ? new Counterpart(match, null)
            : Bad($"has a counterpart '{match.ToDisplayString()}' that is not accessible from '{compilation.AssemblyName}'; make it public");
    }

    private static string Receiver(IMethodSymbol operation) => operation.IsStatic ? ""
        : $", after a first parameter '{Signatures.ReceiverKind(operation) switch { RefKind.Ref => "ref ", RefKind.In => "in ", _ => "" }}{operation.ContainingType.ToDisplayString()}' for the object";

    private static Counterpart Bad(string problem) => new(null, problem);
}
