using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0105: asynchronous methods, local functions and lambdas need a runtime's scheduler.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AsyncRule : FreestandingRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.Async,
        "Asynchronous code cannot run in a kernel",
        "{0} cannot be asynchronous in a kernel: there are no tasks and no thread pool; use a kernel thread, or an interrupt handler and a queue",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.Async + ".md");

    /// <summary>Creates the rule.</summary>
    public AsyncRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnNodes<SyntaxNode>(context, "async", (node, report) =>
        {
            if (node is MethodDeclarationSyntax method && method.Modifiers.Any(SyntaxKind.AsyncKeyword))
            {
                report(Report(method.Identifier.GetLocation(), $"'{method.Identifier.ValueText}'"));
            }
            else if (node is LocalFunctionStatementSyntax function && function.Modifiers.Any(SyntaxKind.AsyncKeyword))
            {
                report(Report(function.Identifier.GetLocation(), $"'{function.Identifier.ValueText}'"));
            }
            else if (node is AnonymousFunctionExpressionSyntax anonymous && !anonymous.AsyncKeyword.IsKind(SyntaxKind.None))
            {
                report(Report(anonymous.AsyncKeyword.GetLocation(), "An anonymous function"));
            }
        });
}
