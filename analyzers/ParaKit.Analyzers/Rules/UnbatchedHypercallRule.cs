using System.Linq;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0304: hypercalls, one per round of a loop, that one multicall could carry.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnbatchedHypercallRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.UnbatchedHypercall,
        "Hypercalls in a loop",
        "Each round of the loop enters the hypervisor for '{0}' and uses nothing of its answer but success; collect the calls in a 'Multicall'",
        RuleIds.PerformanceCategory,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.UnbatchedHypercall + ".md");

    /// <summary>Creates the rule.</summary>
    public UnbatchedHypercallRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        if (guest.Compilation.GetTypeByMetadataName(GuestApi.Hypercall) is { } hypercalls && guest.Compilation.GetTypeByMetadataName(GuestApi.Multicall) is { } multicall)
        {
            OnOperations(context, guest, Topics.Hypercalls, operation => Analyze(operation, hypercalls, multicall), OperationKind.Invocation);
        }
    }

    private void Analyze(OperationUse context, INamedTypeSymbol hypercalls, INamedTypeSymbol multicall)
    {
        var call = (IInvocationOperation)context.Operation;
        if (SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, hypercalls) &&
            !SymbolEqualityComparer.Default.Equals(context.ContainingSymbol.ContainingType, multicall) &&
            !multicall.GetMembers(call.TargetMethod.Name).IsEmpty && IsOnlyChecked(call) && PageTableCalls.OutermostLoop(call.Syntax) is not null)
        {
            context.ReportDiagnostic(Report(call.Syntax.GetLocation(), call.TargetMethod.Name));
        }
    }

    // Ignored, required to succeed, or compared with nothing but 0.
    private static bool IsOnlyChecked(IInvocationOperation call) => call.Parent switch
    {
        IExpressionStatementOperation => true,
        ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod.Name: "Require" } } => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.NotEquals, RightOperand: { ConstantValue.HasValue: true } } check =>
            check.Parent is IConditionalOperation { WhenFalse: null } choice && choice.Condition == check && Stops(choice.WhenTrue),
        _ => false,
    };

    private static bool Stops(IOperation branch) => branch switch
    {
        IBlockOperation block => block.Operations.LastOrDefault() is { } last && Stops(last),
        IExpressionStatementOperation { Operation: IInvocationOperation call } => Contexts.CallGraph.IsNonReturning(call.TargetMethod),
        IThrowOperation or IExpressionStatementOperation { Operation: IThrowOperation } => true,
        _ => false,
    };
}
