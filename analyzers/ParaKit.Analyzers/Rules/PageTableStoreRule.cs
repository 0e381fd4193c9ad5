using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0006: a plain store to a page table, which no tool can find in the image.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PageTableStoreRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.PageTableStore,
        "Direct store to a page table",
        "'{0}' points to page-table entries: a plain store faults where a hypervisor keeps the tables read-only, and lacks the machine frame; use 'PageTable.Write'",
        RuleIds.SensitiveCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.PageTableStore + ".md");

    /// <summary>Creates the rule.</summary>
    public PageTableStoreRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) => OnBodies(context, guest, Topics.PageTables, body =>
    {
        if (MayStore(body.Syntax, guest.FileOf(body.Syntax.SyntaxTree).Words) && !guest.IsNativeCode(body.OwningSymbol))
        {
            Check(body);
        }
    });

    // Stores through pointers have a star or a bracket.
    private static bool MayStore(SyntaxNode body, FileWords words)
    {
        TextSpan code = body is BaseMethodDeclarationSyntax { Body: { } block } ? block.Span : body.Span;
        return words.Text.IndexOf('*', code.Start, code.Length) >= 0 || words.Text.IndexOf('[', code.Start, code.Length) >= 0;
    }

    private void Check(GuestBody body)
    {
        (ExpressionSyntax Store, ExpressionSyntax Pointer)[] stores = [.. Stores(body.Syntax, body.Model, body.CancellationToken)];
        if (stores.Length == 0)
        {
            return;
        }

        PageTableEntries entries = new(body.Syntax, body.Model, body.CancellationToken);
        foreach (var (store, pointer) in stores.Where(store => entries.Contains(store.Pointer)))
        {
            body.ReportDiagnostic(Report(store.GetLocation(), pointer.ToString()));
        }
    }

    private static IEnumerable<(ExpressionSyntax Store, ExpressionSyntax Pointer)> Stores(SyntaxNode body, SemanticModel model, CancellationToken cancellation)
    {
        foreach (SyntaxNode node in body.DescendantNodes())
        {
            if (Target(node) is { } target && PageTableEntries.PointerOf(target, model, cancellation) is { } pointer)
            {
                yield return ((ExpressionSyntax)(node is ArgumentSyntax argument ? argument.Expression : node), pointer);
            }
        }
    }

    // What is stored to; a reference handed out counts, because it is handed out to be stored to.
    private static ExpressionSyntax? Target(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } postfix => postfix.Operand,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix => prefix.Operand,
        ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword } argument => argument.Expression,
        _ => null,
    };
}
