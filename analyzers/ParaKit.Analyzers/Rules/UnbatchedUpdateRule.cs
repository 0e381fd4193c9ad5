using System.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Files;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0301: a loop of page-table updates, which are a hypercall each where one would do.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnbatchedUpdateRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.UnbatchedUpdate,
        "Page-table updates in a loop",
        "Each round of the loop is a hypercall of its own in a paravirtual image, if the table is in use; collect the updates in a 'PageTableBatch'",
        RuleIds.PerformanceCategory,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.UnbatchedUpdate + ".md");

    /// <summary>Creates the rule.</summary>
    public UnbatchedUpdateRule()
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
                if (PageTableCalls.Is(operation.Operation, "Write") && !guest.IsNativeCode(operation.ContainingSymbol) &&
                    PageTableCalls.OutermostLoop(operation.Operation.Syntax) is { } loop && !IsAdoptedLater(operation.Operation, loop))
                {
                    operation.ReportDiagnostic(Report(operation.Operation.Syntax.GetLocation()));
                }
            },
            OperationKind.Invocation);

    // A table that is adopted only afterwards takes plain stores.
    private static bool IsAdoptedLater(IOperation write, StatementSyntax loop)
    {
        int inner = write.Syntax.Ancestors().TakeWhile(ancestor => ancestor != loop.Parent).OfType<StatementSyntax>()
            .First(static statement => statement is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax).Span.End;
        return Operands.Root(write).Descendants().Any(operation => PageTableCalls.Is(operation, "Adopt") && operation.Syntax.SpanStart >= inner);
    }
}
