using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0105: takes 'async' away where nothing is awaited and nothing is returned, which means the same.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AsyncFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public AsyncFix()
        : base(RuleIds.Async, "Remove 'async', as nothing is awaited")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        SyntaxNode? function = reported.AncestorsAndSelf().FirstOrDefault(static node => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax);
        IMethodSymbol? symbol = (function is AnonymousFunctionExpressionSyntax ? model.GetSymbolInfo(function, cancellation).Symbol : function is null ? null : model.GetDeclaredSymbol(function, cancellation)) as IMethodSymbol;
        return symbol is { IsAsync: true, ReturnsVoid: true } && !Awaits(function!) ? new Replacement(function!, static rewritten => WithoutAsync(rewritten)) : null;
    }

    private static bool Awaits(SyntaxNode function) => function
        .DescendantNodes(node => node == function || node is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax))
        .SelectMany(static node => node.ChildTokens()).Any(static token => token.IsKind(SyntaxKind.AwaitKeyword));

    private static SyntaxNode WithoutAsync(SyntaxNode function)
    {
        SyntaxToken async = function.ChildTokens().First(static token => token.IsKind(SyntaxKind.AsyncKeyword));
        SyntaxToken next = async.GetNextToken();
        SyntaxNode moved = function.ReplaceToken(next, next.WithLeadingTrivia(async.LeadingTrivia.AddRange(next.LeadingTrivia)));
        return moved switch
        {
            MethodDeclarationSyntax method => method.WithModifiers(Without(method.Modifiers)),
            LocalFunctionStatementSyntax local => local.WithModifiers(Without(local.Modifiers)),
            AnonymousFunctionExpressionSyntax anonymous => anonymous.WithModifiers(Without(anonymous.Modifiers)),
            _ => moved,
        };
    }

    private static SyntaxTokenList Without(SyntaxTokenList modifiers) => SyntaxFactory.TokenList(modifiers.Where(static modifier => !modifier.IsKind(SyntaxKind.AsyncKeyword)));
}
