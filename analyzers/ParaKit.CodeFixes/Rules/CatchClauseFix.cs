using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0101: takes the clauses away that never run; what was tried stays a block, so that its names stay where they are.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class CatchClauseFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public CatchClauseFix()
        : base(RuleIds.CatchClause, "Remove the clauses that never run")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported.FirstAncestorOrSelf<CatchClauseSyntax>()?.Parent is TryStatementSyntax statement && KeepsWhatFollows(statement, model)
            ? new Replacement(statement, static rewritten => rewritten is TryStatementSyntax tried ? WithoutCatches(tried) : rewritten)
            : null;

    // Where only a clause leads on to what follows, that is the author's answer to a failure: to leave it behind as dead code would hide it.
    private static bool KeepsWhatFollows(TryStatementSyntax statement, SemanticModel model) =>
        IsLeft(statement.Block, model) || !statement.Catches.Any(clause => IsLeft(clause.Block, model));

    private static bool IsLeft(BlockSyntax block, SemanticModel model) =>
        model.AnalyzeControlFlow(block) is { Succeeded: true, EndPointIsReachable: true };

    private static StatementSyntax WithoutCatches(TryStatementSyntax tried) => tried.Finally is null
        ? tried.Block.WithTriviaFrom(tried)
        : tried.WithCatches(default);
}
