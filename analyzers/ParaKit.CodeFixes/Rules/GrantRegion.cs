using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.CodeFixes.Rules;

/// <summary>The statements of a block, up to its end, that are reached only after a grant was made.</summary>
internal sealed class GrantRegion
{
    private readonly StatementSyntax[] _statements;

    private GrantRegion(StatementSyntax[] statements) => _statements = statements;

    private BlockSyntax Block => (BlockSyntax)_statements[0].Parent!;

    /// <summary>What follows a statement with the call, or its failure; what is done on its success. Null if neither is so clear.</summary>
    internal static GrantRegion? After(InvocationExpressionSyntax call)
    {
        bool isNegated = call.Parent is PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression };
        SyntaxNode condition = isNegated ? call.Parent! : call;
        StatementSyntax[] statements = condition.Parent switch
        {
            IfStatementSyntax { Else: null } choice when choice.Condition == condition => isNegated ? Leaves(choice.Statement) ? Following(choice) : [] : Inside(choice.Statement),
            ExpressionStatementSyntax statement when !isNegated => Following(statement),
            AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } => Following(statement),
            EqualsValueClauseSyntax { Parent.Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } } => Following(statement),
            _ => [],
        };
        return statements.Length > 0 ? new GrantRegion(statements) : null;
    }

    /// <summary>True for a statement in the region that leads out of it.</summary>
    internal bool IsLeftBy(StatementSyntax exit)
    {
        if (exit.SpanStart < _statements[0].SpanStart || exit.Span.End > Block.Span.End)
        {
            return false;
        }

        SyntaxNode[] inside = [.. exit.Ancestors().TakeWhile(ancestor => ancestor != Block)];
        return exit switch
        {
            BreakStatementSyntax => !inside.Any(static ancestor => IsLoop(ancestor) || ancestor is SwitchStatementSyntax),
            ContinueStatementSyntax => !inside.Any(IsLoop),
            _ => !inside.Any(static ancestor => ancestor is LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax),
        };
    }

    /// <summary>True when some way leads to the end of the region.</summary>
    internal bool IsEndReachable(SemanticModel model) =>
        model.AnalyzeControlFlow(_statements[0], _statements[_statements.Length - 1]) is { Succeeded: true, EndPointIsReachable: true };

    private static bool IsLoop(SyntaxNode node) => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax;

    private static bool Leaves(StatementSyntax statement) => statement switch
    {
        BlockSyntax block => block.Statements.Count > 0 && Leaves(block.Statements.Last()),
        _ => statement is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax,
    };

    private static StatementSyntax[] Inside(StatementSyntax statement) => statement is BlockSyntax block ? [.. block.Statements] : [];

    private static StatementSyntax[] Following(StatementSyntax statement) =>
        statement.Parent is BlockSyntax block ? [.. block.Statements.SkipWhile(other => other != statement).Skip(1)] : [];
}
