using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

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

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        context.RegisterSymbolAction(
            symbol =>
            {
                if (symbol.Symbol is IMethodSymbol { IsAsync: true } method)
                {
                    symbol.ReportDiagnostic(Report(method.Locations.First(), $"'{method.Name}'"));
                }
            },
            SymbolKind.Method);
        context.RegisterSyntaxNodeAction(AnalyzeLocalFunction, SyntaxKind.LocalFunctionStatement);
        context.RegisterSyntaxNodeAction(AnalyzeLambda, SyntaxKind.SimpleLambdaExpression, SyntaxKind.ParenthesizedLambdaExpression, SyntaxKind.AnonymousMethodExpression);
    }

    private void AnalyzeLocalFunction(SyntaxNodeAnalysisContext context)
    {
        var function = (LocalFunctionStatementSyntax)context.Node;
        if (function.Modifiers.Any(SyntaxKind.AsyncKeyword))
        {
            context.ReportDiagnostic(Report(function.Identifier.GetLocation(), $"'{function.Identifier.ValueText}'"));
        }
    }

    private void AnalyzeLambda(SyntaxNodeAnalysisContext context)
    {
        var function = (AnonymousFunctionExpressionSyntax)context.Node;
        if (!function.AsyncKeyword.IsKind(SyntaxKind.None))
        {
            context.ReportDiagnostic(Report(function.AsyncKeyword.GetLocation(), "An anonymous function"));
        }
    }
}
