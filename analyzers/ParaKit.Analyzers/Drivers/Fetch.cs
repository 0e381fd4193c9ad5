using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>A read of shared memory.</summary>
/// <param name="Operation">The read.</param>
/// <param name="Place">What is read, as <see cref="Places"/> spells it: <c>*request.Length</c> for <c>request-&gt;Length</c> too.</param>
internal sealed record Fetch(IOperation Operation, string Place)
{
    /// <summary>A fetch of the field, or null when the way to it is more than names.</summary>
    internal static Fetch? Of(IFieldReferenceOperation reference, SemanticModel? model)
    {
        IOperation instance = reference.Instance!;
        string place = instance.Syntax is not ExpressionSyntax way ? instance.Syntax.ToString()
            : instance is { Kind: OperationKind.None, IsImplicit: true } ? Places.Behind(way, model)
            : Places.Spell(way, model);
        return IsNamed(instance) ? new Fetch(reference, place + "." + reference.Field.Name) : null;
    }

    /// <summary>A fetch of a whole structure.</summary>
    internal static Fetch? OfWhole(IOperation structure, SemanticModel? model) => IsNamed(structure)
        ? new Fetch(structure, structure.Syntax is ExpressionSyntax way ? Places.Spell(way, model) : structure.Syntax.ToString())
        : null;

    /// <summary>True when an earlier fetch already gave the value, which may be another one by now.</summary>
    internal bool Repeats(Fetch earlier) =>
        earlier.Operation.Syntax.SpanStart < Operation.Syntax.SpanStart && (earlier.Place == Place || IsPart(earlier.Place, Place) || IsPart(Place, earlier.Place));

    /// <summary>True when the way to the memory goes over the symbol.</summary>
    internal bool DependsOn(ISymbol symbol) => Way().Any(step => SymbolEqualityComparer.Default.Equals(step, symbol));

    /// <summary>True when any call could lead the same words to other memory.</summary>
    internal bool DependsOnState() => Way().Any(static step => step is IFieldSymbol { IsReadOnly: false, IsConst: false } or IPropertySymbol);

    private IEnumerable<ISymbol> Way()
    {
        IOperation start = Operation is IFieldReferenceOperation { Instance: { } instance } ? instance : Operation;
        return start.DescendantsAndSelf().Select(static step => step.Named()).OfType<ISymbol>();
    }

    private static bool IsPart(string outer, string inner) => inner.StartsWith(outer + ".", System.StringComparison.Ordinal);

    private static bool IsNamed(IOperation way) => way.DescendantsAndSelf().All(static step =>
        step is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IInstanceReferenceOperation or ILiteralOperation or
            IConversionOperation or IBinaryOperation or IParenthesizedOperation or IArgumentOperation or { Kind: OperationKind.None } ||
        (step is IPropertyReferenceOperation property && (property.Arguments.IsEmpty || property.Property.RefKind != RefKind.None)));
}
