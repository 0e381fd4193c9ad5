using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ParaKit.Analyzers;

/// <summary>Which of the guest's number types a value comes from: <c>Pfn</c>, <c>Mfn</c> or <c>Vpn</c>.</summary>
internal static class AddressKinds
{
    private const int MaxSteps = 16;

    /// <summary>The kind that the type is, or null.</summary>
    internal static string? Of(ITypeSymbol? type) =>
        type is { Name: "Pfn" or "Mfn" or "Vpn", ContainingNamespace: { Name: "Guest", ContainingNamespace: { Name: "ParaKit", ContainingNamespace.IsGlobalNamespace: true } } }
            ? type.Name
            : null;

    /// <summary>The kind of the number that <c>.Number</c> or <c>.Address</c> gives, also after arithmetic with plain numbers; or null.</summary>
    internal static string? Of(IOperation value) => Of(value, MaxSteps);

    /// <summary>The <c>Pfn</c>, <c>Mfn</c> or <c>Vpn</c> whose number the value is, unchanged; or null.</summary>
    internal static IOperation? Whole(IOperation value) =>
        Operands.Plain(value) is IPropertyReferenceOperation { Instance: { } instance } property && IsNumber(property) ? instance : null;

    /// <summary>The kind that a pointer leads to, or null.</summary>
    internal static string? OfTarget(ITypeSymbol? type) => type is IPointerTypeSymbol pointer ? Of(pointer.PointedAtType) : null;

    /// <summary>True for <c>.Number</c> or <c>.Address</c> of one of the types.</summary>
    internal static bool IsNumber(IPropertyReferenceOperation property) =>
        property.Property.Name is "Number" or "Address" && Of(property.Property.ContainingType) is not null;

    // A call or an index in between may be a translation: there the trace ends.
    private static string? Of(IOperation value, int steps) => Operands.Plain(value) switch
    {
        _ when steps == 0 => null,
        IPropertyReferenceOperation property when IsNumber(property) => Of(property.Property.ContainingType),
        ILocalReferenceOperation local when Operands.OnlyValue(local) is { } only => Of(only, steps - 1),
        IConditionalOperation { WhenFalse: { } otherwise } choice => Common(Of(choice.WhenTrue, steps - 1), Of(otherwise, steps - 1)),
        ISwitchExpressionOperation choice => choice.Arms.Select(arm => Of(arm.Value, steps - 1)).Aggregate(Common),
        IBinaryOperation binary => Common(Of(binary.LeftOperand, steps - 1), Of(binary.RightOperand, steps - 1)),
        _ => null,
    };

    private static string? Common(string? left, string? right) => left is null || right is null || left == right ? left ?? right : null;
}
