using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0302: the flush goes away.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class NeedlessFlushFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public NeedlessFlushFix()
        : base(RuleIds.NeedlessFlush, "Remove the flush")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported.Parent is ExpressionStatementSyntax { Parent: BlockSyntax } statement
            ? new Replacement(statement, static rewritten => rewritten.WithAdditionalAnnotations(Removed))
            : null;
}
