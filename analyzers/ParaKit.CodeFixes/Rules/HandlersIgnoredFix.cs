using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0503: takes an attribute away that has no effect beside a hand-written dispatcher.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class HandlersIgnoredFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public HandlersIgnoredFix()
        : base(RuleIds.HandlersIgnored, "Remove the attribute, which has no effect")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported.FirstAncestorOrSelf<AttributeSyntax>() is { Parent.Parent: MethodDeclarationSyntax method } attribute
            ? new Replacement(method, rewritten => Without((MethodDeclarationSyntax)rewritten, attribute))
            : null;

    private static MethodDeclarationSyntax Without(MethodDeclarationSyntax method, AttributeSyntax attribute)
    {
        AttributeSyntax? found = method.AttributeLists.SelectMany(static list => list.Attributes).FirstOrDefault(other => SyntaxFactory.AreEquivalent(other, attribute));
        if (found is not { Parent: AttributeListSyntax list })
        {
            return method;
        }

        if (list.Attributes.Count > 1)
        {
            return method.ReplaceNode(list, list.RemoveNode(found, SyntaxRemoveOptions.KeepNoTrivia)!);
        }

        // What comes after the list takes its place.
        int place = method.AttributeLists.IndexOf(list);
        SyntaxToken next = list.GetLastToken().GetNextToken();
        MethodDeclarationSyntax moved = method.ReplaceToken(next, next.WithLeadingTrivia(list.GetLeadingTrivia()));
        return moved.WithAttributeLists(moved.AttributeLists.RemoveAt(place));
    }
}
