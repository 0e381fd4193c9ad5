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

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        CallGraph graph = new(guest);
        context.RegisterSymbolAction(symbol => graph.AddType((INamedTypeSymbol)symbol.Symbol), SymbolKind.NamedType);
        context.RegisterSymbolAction(symbol => graph.Add((IMethodSymbol)symbol.Symbol), SymbolKind.Method);
        context.RegisterCodeBlockAction(block => Collect(block, graph, guest));
        context.RegisterCompilationEndAction(end =>
        {
            ContextCheck check = new(graph, end);
            check.Allocations(s_allocation);
            check.Sleeps(s_sleep);
            check.Recursions(s_recursion);
            check.Masks(s_imbalance);
        });
    }

    // Only a body that names an operation can mask interrupts; what the others do is asked when a context reaches them.
    private static void Collect(CodeBlockAnalysisContext context, CallGraph graph, GuestBuild guest)
    {
        if (context.OwningSymbol is IMethodSymbol method)
        {
            MethodFacts facts = graph.Add(method);
            facts.AddBody(new MethodBody(graph, method, context.CodeBlock, context.SemanticModel, !guest.IsNativeCode(method)));
            facts.MayMask |= guest.Bodies.MayConcern(context.CodeBlock);
        }
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
