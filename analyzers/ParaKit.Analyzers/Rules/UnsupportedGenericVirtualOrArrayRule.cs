using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0107: what the ahead-of-time compiler rejects without naming the source.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnsupportedGenericVirtualOrArrayRule : FreestandingRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.GenericVirtualOrArray,
        "Generic virtual methods and multi-dimensional arrays are not supported",
        "{0}",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.GenericVirtualOrArray + ".md");

    /// <summary>Creates the rule.</summary>
    public UnsupportedGenericVirtualOrArrayRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        context.RegisterSemanticModelAction(AnalyzeMethods);
        OnNodes<ArrayRankSpecifierSyntax>(context, static words => words.HasBracketedComma, AnalyzeArrayType);
    }

    // Static virtual members are chosen at compile time and are fine.
    private void AnalyzeMethods(SemanticModelAnalysisContext context)
    {
        foreach (MethodDeclarationSyntax declaration in FileBodies.Of(context.SemanticModel.SyntaxTree).Generic)
        {
            if (context.SemanticModel.GetDeclaredSymbol(declaration, context.CancellationToken) is { IsStatic: false } method &&
                (method.IsVirtual || method.IsAbstract || method.IsOverride))
            {
                context.ReportDiagnostic(Report(
                    declaration.Identifier.GetLocation(),
                    $"'{method.Name}' is a generic virtual method, whose code would have to be found at run time; make the method non-virtual or the type generic"));
            }
        }
    }

    private void AnalyzeArrayType(ArrayRankSpecifierSyntax rank, Action<Diagnostic> report)
    {
        if (rank.Rank > 1)
        {
            report(Report(
                rank.GetLocation(),
                "Multi-dimensional arrays need a runtime's array helpers; use a one-dimensional array with index arithmetic, or an array of arrays"));
        }
    }
}
