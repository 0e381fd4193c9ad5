using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>Whether one static method can stand in for another at every call.</summary>
internal static class Signatures
{
    /// <summary>True when parameters, reference kinds, return, arity and constraints agree.</summary>
    internal static bool Match(IMethodSymbol operation, IMethodSymbol candidate)
    {
        if (candidate is not { MethodKind: MethodKind.Ordinary, IsStatic: true } ||
            candidate.Arity != operation.Arity ||
            candidate.Parameters.Length != operation.Parameters.Length)
        {
            return false;
        }

        // The same type arguments on both sides make generic parameter types comparable.
        IMethodSymbol comparable = operation.Arity == 0 ? operation : operation.Construct([.. candidate.TypeParameters]);
        return candidate.RefKind == comparable.RefKind &&
            SymbolEqualityComparer.Default.Equals(candidate.ReturnType, comparable.ReturnType) &&
            candidate.Parameters.Zip(comparable.Parameters, Match).All(static same => same) &&
            candidate.TypeParameters.Zip(operation.TypeParameters, Match).All(static same => same);
    }

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
