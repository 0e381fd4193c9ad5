using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>A read of shared memory.</summary>
/// <param name="Operation">The read.</param>
/// <param name="Place">What lies around the field, in one spelling: <c>*request</c> for <c>request-&gt;Length</c> too.</param>
/// <param name="Field">The field, or null for all of it.</param>
internal sealed record Fetch(IOperation Operation, string Place, string? Field)
{
    /// <summary>A fetch of the field, or null when the way to it is more than names.</summary>
    internal static Fetch? Of(IFieldReferenceOperation reference)
    {
        string field = reference.Field.Name;
        IOperation instance = reference.Instance!;
        while (instance is IFieldReferenceOperation { Instance: { } outer } inner && inner.Type is { IsValueType: true })
        {
            field = inner.Field.Name + "." + field;
            instance = outer;
        }

        string place = instance is { Kind: OperationKind.None, IsImplicit: true } ? "*" + instance.Syntax : instance.Syntax.ToString();
        return IsNamed(instance) ? new Fetch(reference, place, field) : null;
    }

    /// <summary>A fetch of a whole structure.</summary>
    internal static Fetch? OfWhole(IOperation structure) => IsNamed(structure) ? new Fetch(structure, structure.Syntax.ToString(), null) : null;

    /// <summary>True when an earlier fetch already gave the value, which may be another one by now.</summary>
    internal bool Repeats(Fetch earlier) =>
        earlier.Operation.Syntax.SpanStart < Operation.Syntax.SpanStart && earlier.Place == Place &&
        (earlier.Field is null || Field is null || earlier.Field == Field || IsPart(earlier.Field, Field) || IsPart(Field, earlier.Field));

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
