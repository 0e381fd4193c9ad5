using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>Values in which the privilege level shows: selectors in trap frames, and answers of sensitive operations.</summary>
internal static class Selectors
{
    private static readonly string[] s_questions = ["sldt", "str", "smsw", "lar", "lsl", "verr", "verw"];

    /// <summary><c>TrapFrame.Cs</c> or <c>TrapFrame.Ss</c>.</summary>
    internal static bool IsFrameSelector(IOperation operation) => operation is IFieldReferenceOperation
    {
        Field: { Name: "Cs" or "Ss", ContainingType: { Name: "TrapFrame" } type },
    } && type.ToDisplayString() == GuestApi.TrapFrame;

    /// <summary>True for an operation's mnemonic when its answer shows the level or whose machine this is.</summary>
    internal static bool Reveals(string mnemonic) =>
        s_questions.Contains(mnemonic) || mnemonic.StartsWith("mov r16, ", StringComparison.Ordinal) || mnemonic.StartsWith("push ", StringComparison.Ordinal);

    /// <summary>The selector within <c>selector</c> or <c>selector &amp; constant</c>, looking through locals.</summary>
    internal static IOperation Unmasked(IOperation operation) => Operands.Origin(operation) switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.And, RightOperand.ConstantValue.HasValue: true } mask => Operands.Origin(mask.LeftOperand),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.And, LeftOperand.ConstantValue.HasValue: true } mask => Operands.Origin(mask.RightOperand),
        var plain => plain,
    };
}
