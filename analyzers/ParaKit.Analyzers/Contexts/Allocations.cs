using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Which operations take memory from the managed heap.</summary>
internal static class Allocations
{
    /// <summary>What is allocated, or null.</summary>
    internal static string? Describe(IOperation operation) => operation switch
    {
        IObjectCreationOperation { Type: { IsReferenceType: true } type } => $"a new '{type.Name}'",
        ITypeParameterObjectCreationOperation { Type.IsValueType: false } creation => $"a new '{creation.Type!.Name}'",
        IAnonymousObjectCreationOperation => "a new anonymous object",
        IWithOperation { Type.IsReferenceType: true } copy => $"a copy of a '{copy.Type!.Name}'",
        IArrayCreationOperation array when IsAllocated(array) => "a new array",
        ICollectionExpressionOperation { Type: { IsReferenceType: true } type } collection when collection.Elements.Length > 0 => $"a new '{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}'",
        IDelegateCreationOperation { Type: { } type } => $"a new '{type.Name}' delegate",
        IInterpolatedStringOperation { ConstantValue.HasValue: false, Type.SpecialType: SpecialType.System_String, Parent: not IInterpolatedStringHandlerCreationOperation } => "a new string",
        IBinaryOperation binary when IsConcatenation(binary) && !IsConcatenation(binary.Parent) => "a new string",
        ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String } => "a new string",
        IConversionOperation { Operand: { Type: { } type } operand } conversion when IsBoxing(conversion) && !IsPartOfString(operand) => $"a box for a '{type.Name}'",
        _ => null,
    };

    // An empty 'params' array is shared; constants that become a read-only span are data of the image.
    private static bool IsAllocated(IArrayCreationOperation array)
    {
        bool isEmpty = array.DimensionSizes.All(static size => size.ConstantValue is { HasValue: true, Value: 0 });
        bool isData = array.Parent is IConversionOperation { Type: INamedTypeSymbol { Name: "ReadOnlySpan" } } &&
            array.Initializer is { } values && values.ElementValues.All(static value => value.ConstantValue.HasValue);
        return !(array.IsImplicit && isEmpty) && !isData;
    }

    private static bool IsConcatenation(IOperation? operation) => operation is IBinaryOperation
    {
        OperatorKind: BinaryOperatorKind.Add,
        Type.SpecialType: SpecialType.System_String,
        ConstantValue.HasValue: false,
    };

    private static bool IsBoxing(IConversionOperation conversion) =>
        !conversion.ConstantValue.HasValue && conversion.Language == LanguageNames.CSharp && conversion.GetConversion().IsBoxing;

    // Concatenation formats its operands without keeping their boxes; the string is what counts.
    private static bool IsPartOfString(IOperation operand) => IsConcatenation(operand.Parent?.Parent);
}
