using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.Generators.Parse;

/// <summary>Renders the <c>where</c> clause of a type parameter.</summary>
internal static class ConstraintParser
{
    /// <summary>The clause, or an empty string for an unconstrained parameter.</summary>
    internal static string Parse(ITypeParameterSymbol parameter)
    {
        string constraints = string.Join(", ", Constraints(parameter));
        return constraints.Length == 0 ? "" : $"where {parameter.Name} : {constraints}";
    }

    private static IEnumerable<string> Constraints(ITypeParameterSymbol parameter)
    {
        if (Primary(parameter) is { } primary)
        {
            yield return primary;
        }

        foreach (string type in parameter.ConstraintTypes.Select(static type => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)))
        {
            yield return type;
        }

        if (parameter.HasConstructorConstraint)
        {
            yield return "new()";
        }

        if (parameter.AllowsRefLikeType)
        {
            yield return "allows ref struct";
        }
    }

    private static string? Primary(ITypeParameterSymbol parameter) => parameter switch
    {
        { HasReferenceTypeConstraint: true } => "class",
        { HasUnmanagedTypeConstraint: true } => "unmanaged",
        { HasValueTypeConstraint: true } => "struct",
        { HasNotNullConstraint: true } => "notnull",
        _ => null,
    };
}
