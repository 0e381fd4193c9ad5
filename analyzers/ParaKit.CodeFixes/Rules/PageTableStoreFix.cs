using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0006: <c>*entry = value</c> becomes <c>PageTable.Write(entry, value)</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PageTableStoreFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public PageTableStoreFix()
        : base(RuleIds.PageTableStore, "Use PageTable.Write")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported is not ExpressionSyntax store || !IsStatement(store) || Target(store) is not { } target ||
            PageTableEntries.PointerOf(target, model, cancellation) is not { } pointer ||
            model.GetTypeInfo(pointer, cancellation).Type is not IPointerTypeSymbol { PointedAtType.SpecialType: SpecialType.System_UInt64 } ||
            model.Compilation.GetTypeByMetadataName(GuestApi.PageTable) is not { } table)
        {
            return null;
        }

        // The entry's address is written twice when the old value is needed: it must be the same, and free, both times.
        bool needsOld = !store.IsKind(SyntaxKind.SimpleAssignmentExpression);
        string name = table.ToMinimalDisplayString(model, store.SpanStart);
        return needsOld && !target.DescendantNodesAndSelf().All(IsPure)
            ? null
            : new Replacement(store, rewritten => Call(name, (ExpressionSyntax)rewritten));
    }

    private static bool IsStatement(ExpressionSyntax store) =>
        store.Parent is ExpressionStatementSyntax or ForStatementSyntax ||
        (store.Parent is ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax { ReturnType: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword } } });

    private static bool IsPure(SyntaxNode node) =>
        node is IdentifierNameSyntax or LiteralExpressionSyntax or MemberAccessExpressionSyntax or ParenthesizedExpressionSyntax or
            BinaryExpressionSyntax or CastExpressionSyntax or TypeSyntax or ElementAccessExpressionSyntax or BracketedArgumentListSyntax or ArgumentSyntax ||
        node.IsKind(SyntaxKind.PointerIndirectionExpression);

    private static ExpressionSyntax? Target(ExpressionSyntax store) => store switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PostfixUnaryExpressionSyntax postfix => postfix.Operand,
        PrefixUnaryExpressionSyntax prefix => prefix.Operand,
        _ => null,
    };

    private static ExpressionSyntax Call(string table, ExpressionSyntax store)
    {
        string address = Address(Target(store)!);
        string old = $"{table}.Read({address})";
        string value = store switch
        {
            AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } simple => simple.Right.ToString(),
            AssignmentExpressionSyntax compound => $"{old} {compound.OperatorToken.ValueText.TrimEnd('=')} {Operand(compound.Right)}",
            PostfixUnaryExpressionSyntax { OperatorToken.RawKind: (int)SyntaxKind.PlusPlusToken } or
                PrefixUnaryExpressionSyntax { OperatorToken.RawKind: (int)SyntaxKind.PlusPlusToken } => $"{old} + 1",
            _ => $"{old} - 1",
        };
        return SyntaxFactory.ParseExpression($"{table}.Write({address}, {value})").WithTriviaFrom(store);
    }

    private static string Address(ExpressionSyntax target) => target switch
    {
        ParenthesizedExpressionSyntax parenthesized => Address(parenthesized.Expression),
        PrefixUnaryExpressionSyntax { Operand: ParenthesizedExpressionSyntax inner } => inner.Expression.ToString(),
        PrefixUnaryExpressionSyntax indirection => indirection.Operand.ToString(),
        ElementAccessExpressionSyntax access => $"{access.Expression} + {Operand(access.ArgumentList.Arguments.Single().Expression)}",
        _ => "&" + target,
    };

    private static string Operand(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax or LiteralExpressionSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or
            ParenthesizedExpressionSyntax or ElementAccessExpressionSyntax or PrefixUnaryExpressionSyntax
            ? expression.ToString()
            : $"({expression})";
}
