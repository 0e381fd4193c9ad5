using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ParaKit.Analyzers;

/// <summary>Follows a pointer's value back, within one method, to the bytes it points at.</summary>
internal static class ByteBlobs
{
    private const int MaxSteps = 16;

    /// <summary>True when the value is, or was made from, a pointer to integers, an array or span of them, or a UTF-8 literal.</summary>
    internal static bool IsOrigin(IOperation? value) => IsOrigin(value, MaxSteps);

    private static bool IsOrigin(IOperation? value, int steps)
    {
        if (value is null || steps == 0 || IsCode(value, steps))
        {
            return false;
        }

        return IsBytes(value.Type) || value switch
        {
            IConversionOperation conversion => IsOrigin(conversion.Operand, steps - 1),
            IParenthesizedOperation parenthesized => IsOrigin(parenthesized.Operand, steps - 1),
            IBinaryOperation binary => IsOrigin(binary.LeftOperand, steps - 1),
            IAddressOfOperation { Reference: { } target } => IsInteger(target.Type) || IsOrigin(target, steps - 1),
            IInvocationOperation call => call.Arguments.Any(argument => (argument.Parameter is { RefKind: not RefKind.None } && IsInteger(argument.Value.Type)) || IsOrigin(argument.Value, steps - 1)),
            ILocalReferenceOperation local => IsOrigin(local, steps - 1),

            // What a fixed statement pins.
            { Kind: OperationKind.None } => value.ChildOperations.Any(child => IsOrigin(child, steps - 1)),
            _ => false,
        };
    }

    // A known method's address stays code through any number of casts.
    private static bool IsCode(IOperation value, int steps) => value switch
    {
        _ when steps == 0 => false,
        IConversionOperation conversion => IsCode(conversion.Operand, steps - 1),
        IParenthesizedOperation parenthesized => IsCode(parenthesized.Operand, steps - 1),
        IAddressOfOperation { Reference: IMethodReferenceOperation } => true,
        _ => value.Type is IFunctionPointerTypeSymbol,
    };

    // What the local is declared with, or what is assigned to it anywhere in the body.
    private static bool IsOrigin(ILocalReferenceOperation reference, int steps) =>
        IsOrigin(Operands.Initializer(reference), steps) ||
        Operands.Root(reference).Descendants().OfType<ISimpleAssignmentOperation>().Any(assignment =>
            assignment.Target is ILocalReferenceOperation target && SymbolEqualityComparer.Default.Equals(target.Local, reference.Local) &&
            IsOrigin(assignment.Value, steps));

    private static bool IsBytes(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => IsInteger(pointer.PointedAtType),
        IArrayTypeSymbol array => IsInteger(array.ElementType),
        INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", TypeArguments.Length: 1 } span => IsInteger(span.TypeArguments[0]),
        _ => false,
    };

    private static bool IsInteger(ITypeSymbol? type) => type?.SpecialType is
        SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_UInt16 or SpecialType.System_Int16 or
        SpecialType.System_UInt32 or SpecialType.System_Int32 or SpecialType.System_UInt64 or SpecialType.System_Int64;
}
