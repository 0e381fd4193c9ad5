using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0102: a finalizer compiles and never runs, because nothing is ever collected.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FinalizerRule : FreestandingRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.Finalizer,
        "Finalizers never run in a kernel",
        "The finalizer of '{0}' never runs in a kernel: there is no garbage collector; give the type a Dispose method and call it with 'using'",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.Finalizer + ".md");

    /// <summary>Creates the rule.</summary>
    public FinalizerRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnNodes<DestructorDeclarationSyntax>(
            context,
            static words => words.Text.IndexOf('~') >= 0,
            (finalizer, report) => report(Report(finalizer.Identifier.GetLocation(), finalizer.Identifier.ValueText)));
}
