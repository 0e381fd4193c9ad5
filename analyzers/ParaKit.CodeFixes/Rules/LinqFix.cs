using System;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0106: takes a directive away that nothing in its file needs.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LinqFix : GuestFix
{
    private const string Namespace = "System.Linq";

    /// <summary>Creates the fix.</summary>
    public LinqFix()
        : base(RuleIds.Linq, "Remove the directive, as nothing needs it")
    {
    }

    // What stands before the first directive of a file is the file's.
    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported is UsingDirectiveSyntax { GlobalKeyword.RawKind: (int)SyntaxKind.None, Alias: null, StaticKeyword.RawKind: (int)SyntaxKind.None } directive &&
        directive.GetLeadingTrivia().All(static trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)) && !IsNeeded(model, cancellation)
            ? new Replacement(directive, static rewritten => rewritten.WithAdditionalAnnotations(Removed))
            : null;

    private static bool IsNeeded(SemanticModel model, CancellationToken cancellation) => model.SyntaxTree.GetRoot(cancellation)
        .DescendantNodes(static node => node is not UsingDirectiveSyntax)
        .Any(node => node is QueryExpressionSyntax || (node is SimpleNameSyntax && IsOfLinq(model.GetSymbolInfo(node, cancellation).Symbol)));

    private static bool IsOfLinq(ISymbol? symbol) =>
        symbol is not INamespaceSymbol && symbol?.ContainingNamespace?.ToDisplayString() is { } name && (name == Namespace || name.StartsWith(Namespace + ".", StringComparison.Ordinal));
}
