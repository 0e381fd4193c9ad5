using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0406: takes away a statement that ends a grant which a statement before it, on the same way, has ended already.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class EndedGrantFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public EndedGrantFix()
        : base(RuleIds.EndedGrant, "Do not end the grant again")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        ArgumentSyntax? argument = reported as ArgumentSyntax ?? reported.Parent as ArgumentSyntax;
        if (argument is not { Expression: IdentifierNameSyntax grant, Parent.Parent.Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } again } ||
            Endings.OfStatement(again, model, cancellation) is not { } ended || ended.Identifier.ValueText != grant.Identifier.ValueText)
        {
            return null;
        }

        // The nearest statement before that names the grant.
        StatementSyntax? earlier = block.Statements.TakeWhile(statement => statement != again)
            .LastOrDefault(statement => statement.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == grant.Identifier.ValueText));
        return earlier is not null && Endings.OfStatement(earlier, model, cancellation) is { } before && before.Identifier.ValueText == grant.Identifier.ValueText
            ? new Replacement(again, static rewritten => rewritten.WithAdditionalAnnotations(Removed))
            : null;
    }
}
