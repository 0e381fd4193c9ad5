using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ParaKit.Analyzers;

/// <summary>Follows a pointer's value back, within one method, to the bytes it points at.</summary>
internal static class ByteBlobs
{
    private const int MaxSteps = 16;

    /// <summary>True when the value is, or was made from, a pointer to bytes, an array or span of bytes, or a UTF-8 literal.</summary>
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
            IAddressOfOperation { Reference: { } target } => IsByte(target.Type) || IsOrigin(target, steps - 1),
            IInvocationOperation call => call.Arguments.Any(argument => IsByte(argument.Value.Type) || IsOrigin(argument.Value, steps - 1)),
            ILocalReferenceOperation local => IsOrigin(Initializer(local), steps - 1),

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

    private static IOperation? Initializer(ILocalReferenceOperation reference)
    {
        SyntaxNode? declaration = reference.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        return declaration is not null && declaration.SyntaxTree == reference.Syntax.SyntaxTree &&
            reference.SemanticModel?.GetOperation(declaration) is IVariableDeclaratorOperation declarator
            ? declarator.Initializer?.Value
            : null;
    }

    private static bool IsBytes(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => IsByte(pointer.PointedAtType),
        IArrayTypeSymbol array => IsByte(array.ElementType),
        INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", TypeArguments.Length: 1 } span => IsByte(span.TypeArguments[0]),
        _ => false,
    };

    private static bool IsByte(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Byte or SpecialType.System_SByte;
}
