using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0303: <c>ring.Push(); channel.Notify();</c> becomes one statement that asks first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UncheckedNotificationFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public UncheckedNotificationFix()
        : base(RuleIds.UncheckedNotification, "Notify only if the other side asks for it")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax block } notification || block.Statements.IndexOf(notification) is not (> 0 and var index) ||
            block.Statements[index - 1] is not ExpressionStatementSyntax { Expression: InvocationExpressionSyntax push } publication ||
            model.GetSymbolInfo(push, cancellation).Symbol is not { } pushed || GuestApi.FindAttribute(pushed, GuestApi.NotifyCheckAttribute) is null)
        {
            return null;
        }

        StatementSyntax guarded = Statements.Guarded(push.ToString(), notification.WithoutTrivia().ToString(), publication).WithTriviaFrom(publication);
        return new Replacement(block, node => Merge((BlockSyntax)node, publication, notification, guarded));
    }

    // By text: another fix may have changed other statements of the block.
    private static BlockSyntax Merge(BlockSyntax block, StatementSyntax publication, StatementSyntax notification, StatementSyntax guarded)
    {
        for (int i = 1; i < block.Statements.Count; i++)
        {
            if (block.Statements[i - 1].IsEquivalentTo(publication) && block.Statements[i].IsEquivalentTo(notification))
            {
                return block.WithStatements(block.Statements.RemoveAt(i).RemoveAt(i - 1).Insert(i - 1, guarded));
            }
        }

        return block;
    }
}
