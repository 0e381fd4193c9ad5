using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0101: a catch clause compiles and never runs; <c>try</c>/<c>finally</c> is fine.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CatchClauseRule : FreestandingRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.CatchClause,
        "Exceptions cannot be caught in a kernel",
        "A catch clause never runs in a kernel: 'throw' ends in the kernel's fatal error handler; return an error value instead, and use try/finally for cleaning up",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.CatchClause + ".md");

    /// <summary>Creates the rule.</summary>
    public CatchClauseRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnNodes<CatchClauseSyntax>(context, "catch", (clause, report) => report(Report(clause.CatchKeyword.GetLocation())));
}
