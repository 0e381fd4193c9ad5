using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0402: <c>ring->RequestProducer = index</c> becomes <c>Volatile.Write(ref ring->RequestProducer, index)</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UnorderedPublicationFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public UnorderedPublicationFix()
        : base(RuleIds.UnorderedPublication, "Publish with Volatile.Write")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported is ExpressionSyntax store && IsStatement(store) && Target(store) is { } target && target.DescendantNodesAndSelf().All(IsName) &&
        model.Compilation.GetTypeByMetadataName("System.Threading.Volatile") is { } type
            ? new Replacement(store, rewritten => Call(type.ToMinimalDisplayString(model, store.SpanStart), (ExpressionSyntax)rewritten))
            : null;

    private static bool IsStatement(ExpressionSyntax store) =>
        store.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax { ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } } };

    private static ExpressionSyntax? Target(ExpressionSyntax store) => store switch
    {
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression or (int)SyntaxKind.AddAssignmentExpression } assignment => assignment.Left,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression } increment => increment.Operand,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression } increment => increment.Operand,
        _ => null,
    };

    // The target may be written twice, so it must be the same, and free, both times.
    private static bool IsName(SyntaxNode node) => node is MemberAccessExpressionSyntax or IdentifierNameSyntax or ThisExpressionSyntax;

    private static ExpressionSyntax Call(string type, ExpressionSyntax store)
    {
        string target = Target(store)!.ToString();
        string value = store switch
        {
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } simple => simple.Right.ToString(),
            AssignmentExpressionSyntax sum => $"{target} + {(sum.Right is BinaryExpressionSyntax or ConditionalExpressionSyntax ? $"({sum.Right})" : sum.Right)}",
            _ => $"{target} + 1",
        };
        return SyntaxFactory.ParseExpression($"{type}.Write(ref {target}, {value})").WithTriviaFrom(store);
    }
}
