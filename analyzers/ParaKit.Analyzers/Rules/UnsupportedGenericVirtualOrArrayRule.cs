using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

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
        context.RegisterSymbolAction(AnalyzeMethod, SymbolKind.Method);
        context.RegisterSyntaxNodeAction(AnalyzeArrayType, SyntaxKind.ArrayRankSpecifier);
    }

    // Static virtual members are chosen at compile time and are fine.
    private void AnalyzeMethod(SymbolAnalysisContext context)
    {
        if (context.Symbol is IMethodSymbol { IsGenericMethod: true, IsStatic: false } method &&
            (method.IsVirtual || method.IsAbstract || method.IsOverride))
        {
            context.ReportDiagnostic(Report(
                method.Locations.First(),
                $"'{method.Name}' is a generic virtual method, whose code would have to be found at run time; make the method non-virtual or the type generic"));
        }
    }

    private void AnalyzeArrayType(SyntaxNodeAnalysisContext context)
    {
        if (context.Node is ArrayRankSpecifierSyntax { Rank: > 1 } rank)
        {
            context.ReportDiagnostic(Report(
                rank.GetLocation(),
                "Multi-dimensional arrays need a runtime's array helpers; use a one-dimensional array with index arithmetic, or an array of arrays"));
        }
    }
}
