using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.Analyzers.Contexts;

namespace ParaKit.Analyzers.Rules;

/// <summary>
/// PK0201 to PK0204: what handlers and masked sections may not do, through all the calls that lead there. One analyzer, because all
/// follow from one call graph.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KernelContextRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_allocation = Describe(
        RuleIds.AllocationInContext,
        "Allocation where none is allowed",
        "This takes {0} from the managed heap, which '{1}' must not reach, being [{2}]: {3}");

    private static readonly DiagnosticDescriptor s_sleep = Describe(
        RuleIds.SleepInContext,
        "Sleep where none is allowed",
        "'{0}' may sleep, which '{1}' must not reach, being [{2}]: {3}");

    private static readonly DiagnosticDescriptor s_recursion = Describe(
        RuleIds.RecursionInContext,
        "Unbounded recursion in interrupt context",
        "This call leads back to '{0}' without a visible bound, on a stack whose rest nobody knows; '{1}' is [InterruptContext]: {2}");

    private static readonly DiagnosticDescriptor s_imbalance = Describe(
        RuleIds.MaskImbalance,
        "Interrupts stay masked on some path",
        "Interrupts masked here are still masked on a path to the end of '{0}'; unmask or restore them on every path, or declare the method [EventsMasked]");

    /// <summary>Creates the rule.</summary>
    public KernelContextRule()
        : base([s_allocation, s_sleep, s_recursion, s_imbalance], GeneratedCodeAnalysisFlags.Analyze)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    // RS1013: the start is all rules', in the base class.
#pragma warning disable RS1013
    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
#pragma warning restore RS1013
    {
        context.RegisterCompilationEndAction(end =>
        {
            ContextCheck check = new(new CallGraph(guest), new MaskingBodies(guest, end.CancellationToken), end);
            check.Allocations(s_allocation);
            check.Sleeps(s_sleep);
            check.Recursions(s_recursion);
            check.Masks(s_imbalance);
        });
    }

    private static DiagnosticDescriptor Describe(string id, string title, string message) => new(
        id,
        title,
        message,
        RuleIds.ContextCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + id + ".md",
        customTags: WellKnownDiagnosticTags.CompilationEnd);
}
