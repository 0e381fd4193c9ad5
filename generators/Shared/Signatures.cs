using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// Whether a static method can stand in for another method at every call. For an instance method it takes the object first; for a
/// method of a generic type it has the type's parameters before its own.
/// </summary>
internal static class Signatures
{
    /// <summary>True when parameters, reference kinds, return, arity and constraints agree.</summary>
    internal static bool Match(IMethodSymbol operation, IMethodSymbol candidate)
    {
        int receivers = operation.IsStatic ? 0 : 1;
        ImmutableArray<ITypeParameterSymbol> typeParameters = [.. operation.ContainingType.TypeParameters, .. operation.TypeParameters];
        if (candidate is not { MethodKind: MethodKind.Ordinary, IsStatic: true } ||
            candidate.Arity != typeParameters.Length ||
            candidate.Parameters.Length != receivers + operation.Parameters.Length)
        {
            return false;
        }

        // The same type arguments on both sides make generic parameter types comparable.
        IMethodSymbol comparable = Construct(operation, [.. candidate.TypeParameters]);
        return candidate.RefKind == comparable.RefKind &&
            SymbolEqualityComparer.Default.Equals(candidate.ReturnType, comparable.ReturnType) &&
            candidate.Parameters.Take(receivers).All(receiver => IsReceiver(receiver, comparable)) &&
            candidate.Parameters.Skip(receivers).Zip(comparable.Parameters, Match).All(static same => same) &&
            candidate.TypeParameters.Zip(typeParameters, Match).All(static same => same);
    }

    private static IMethodSymbol Construct(IMethodSymbol operation, ImmutableArray<ITypeSymbol> arguments)
    {
        int own = arguments.Length - operation.Arity;
        IMethodSymbol member = own == 0 ? operation : operation.ContainingType.Construct([.. arguments.Take(own)])
            .GetMembers(operation.Name).OfType<IMethodSymbol>()
            .First(method => SymbolEqualityComparer.Default.Equals(method.OriginalDefinition, operation));
        return operation.Arity == 0 ? member : member.Construct([.. arguments.Skip(own)]);
    }

    /// <summary>How an instance method's stand-in takes the object: structures by reference, read-only if the method is.</summary>
    internal static RefKind ReceiverKind(IMethodSymbol method) =>
        !method.ContainingType.IsValueType ? RefKind.None : method.IsReadOnly ? RefKind.In : RefKind.Ref;

    private static bool IsReceiver(IParameterSymbol parameter, IMethodSymbol method) =>
        parameter.RefKind == ReceiverKind(method) && SymbolEqualityComparer.Default.Equals(parameter.Type, method.ContainingType);

    private static bool Match(IParameterSymbol left, IParameterSymbol right) =>
        left.RefKind == right.RefKind && left.ScopedKind == right.ScopedKind &&
        SymbolEqualityComparer.Default.Equals(left.Type, right.Type);

    private static bool Match(ITypeParameterSymbol left, ITypeParameterSymbol right) =>
        left.HasReferenceTypeConstraint == right.HasReferenceTypeConstraint &&
        left.HasValueTypeConstraint == right.HasValueTypeConstraint &&
        left.HasUnmanagedTypeConstraint == right.HasUnmanagedTypeConstraint &&
        left.HasNotNullConstraint == right.HasNotNullConstraint &&
        left.HasConstructorConstraint == right.HasConstructorConstraint &&
        left.AllowsRefLikeType == right.AllowsRefLikeType &&
        Names(left.ConstraintTypes).SequenceEqual(Names(right.ConstraintTypes));

    private static ImmutableArray<string> Names(ImmutableArray<ITypeSymbol> types) =>
        [.. types.Select(static type => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat))];
}
