using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
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

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        MentioningBodies bodies = new(guest.Compilation, GuestApi.PageTableEntryAttribute);
        context.RegisterCodeBlockAction(block =>
        {
            if (bodies.MayConcern(block.CodeBlock) && !guest.IsNativeCode(block.OwningSymbol))
            {
                Check(block);
            }
        });
    }

    private void Check(CodeBlockAnalysisContext block)
    {
        (ExpressionSyntax Store, ExpressionSyntax Pointer)[] stores =
            [.. Stores(block.CodeBlock, block.SemanticModel, block.CancellationToken)];
        if (stores.Length == 0)
        {
            return;
        }

        PageTableEntries entries = new(block.CodeBlock, block.SemanticModel, block.CancellationToken);
        foreach (var (store, pointer) in stores.Where(store => entries.Contains(store.Pointer)))
        {
            block.ReportDiagnostic(Report(store.GetLocation(), pointer.ToString()));
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
