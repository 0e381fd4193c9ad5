using System.Linq;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Files;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0302: a flush right after an entry became present, which no TLB can have held.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NeedlessFlushRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.NeedlessFlush,
        "Flush without need",
        "The entry was not present before, so no TLB holds it: the flush costs a hypercall in a paravirtual image and does nothing",
        RuleIds.PerformanceCategory,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.NeedlessFlush + ".md");

    /// <summary>Creates the rule.</summary>
    public NeedlessFlushRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnOperations(
            context,
            guest,
            Topics.Call,
            operation =>
            {
                if (IsFlush((IInvocationOperation)operation.Operation, guest) && operation.Operation.Parent is IExpressionStatementOperation { Parent: IBlockOperation block } flush &&
                    block.Operations.IndexOf(flush) is > 0 and var index && block.Operations[index - 1] is IExpressionStatementOperation { Operation: IInvocationOperation write } &&
                    MakesPresent(write) && WasAbsent(write.Arguments[0].Value, write))
                {
                    operation.ReportDiagnostic(Report(operation.Operation.Syntax.GetLocation()));
                }
            },
            OperationKind.Invocation);

    private static bool IsFlush(IInvocationOperation call, GuestBuild guest) => guest.FindOperation(call.TargetMethod) switch
    {
        { Mnemonic: "invlpg" } => true,
        { Method.Name: "WriteCr3" } => call.Arguments.Length == 1 && call.Arguments[0].Value is IInvocationOperation { TargetMethod.Name: "ReadCr3" },
        _ => false,
    };

    private static bool MakesPresent(IInvocationOperation write) =>
        PageTableCalls.Is(write, "Write") && write.Arguments.Length == 2 && write.Arguments[1].Value.DescendantsAndSelf().Any(IsPresentFlag) &&
        !write.Arguments[1].Value.DescendantsAndSelf().Any(static operation => operation is IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation });

    private static bool IsPresentFlag(IOperation operation) =>
        operation is IFieldReferenceOperation { Field: { Name: "Present" } field } && PageTableCalls.IsPageTable(field.ContainingType);

    // Known from an 'if' around the write, or from one before it that leaves when the entry is present.
    private static bool WasAbsent(IOperation entry, IOperation write)
    {
        for (IOperation child = write; child.Parent is { } parent; child = parent)
        {
            if (parent is IConditionalOperation choice && choice.WhenTrue == child && TestsPresence(choice.Condition, entry, BinaryOperatorKind.Equals))
            {
                return true;
            }

            if (parent is IBlockOperation block && block.Operations.TakeWhile(operation => operation != child).Any(operation =>
                operation is IConditionalOperation { WhenFalse: null } guard && TestsPresence(guard.Condition, entry, BinaryOperatorKind.NotEquals) && Leaves(guard.WhenTrue)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Leaves(IOperation branch) => branch switch
    {
        IBlockOperation block => block.Operations.LastOrDefault() is { } last && Leaves(last),
        IReturnOperation or IBranchOperation or IThrowOperation => true,
        IExpressionStatementOperation { Operation: IThrowOperation } => true,
        _ => false,
    };

    // (PageTable.Read(entry) & PageTable.Present) == 0, directly or through a local.
    private static bool TestsPresence(IOperation condition, IOperation entry, BinaryOperatorKind kind) =>
        condition is IBinaryOperation { RightOperand.ConstantValue: { HasValue: true, Value: var zero } } comparison && comparison.OperatorKind == kind &&
        zero is 0 or 0UL or 0U or 0L && Operands.Plain(comparison.LeftOperand) is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask && IsPresentFlag(Operands.Plain(mask.RightOperand)) &&
        Operands.Origin(mask.LeftOperand) is IInvocationOperation read && PageTableCalls.Is(read, "Read") &&
        read.Arguments[0].Value.Syntax.ToString() == entry.Syntax.ToString();
}
