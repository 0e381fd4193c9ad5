using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0407: makes the type partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class IncompleteRingFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public IncompleteRingFix()
        : base(RuleIds.IncompleteRing, "Make the type partial")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported is TypeDeclarationSyntax type && !type.Modifiers.Any(SyntaxKind.PartialKeyword)
            ? new Replacement(type, static rewritten => AddPartial((TypeDeclarationSyntax)rewritten))
            : null;

    // Two rings in one type ask for the same.
    private static TypeDeclarationSyntax AddPartial(TypeDeclarationSyntax type)
    {
        if (type.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            return type;
        }

        SyntaxToken partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        return type.Modifiers.Count > 0 || type.Keyword.LeadingTrivia.Count == 0
            ? type.AddModifiers(partial)
            : type.WithKeyword(type.Keyword.WithLeadingTrivia()).AddModifiers(partial.WithLeadingTrivia(type.Keyword.LeadingTrivia));
    }
}
