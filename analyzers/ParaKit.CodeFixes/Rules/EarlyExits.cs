using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.CodeFixes.Rules;

/// <summary>Statements by which code is left early, known by their number within a member: it stays the same when others are written before them.</summary>
internal static class EarlyExits
{
    /// <summary>On statements that <see cref="Insert"/> wrote.</summary>
    internal static readonly SyntaxAnnotation Inserted = new("inserted");

    /// <summary>All of a member, in its order.</summary>
    internal static StatementSyntax[] In(SyntaxNode member) =>
        [.. member.DescendantNodes().OfType<StatementSyntax>().Where(static statement => statement is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax)];

    /// <summary>True when nothing happens in the statement but that it leaves.</summary>
    internal static bool IsPlain(StatementSyntax exit) =>
        !exit.DescendantNodes().Any(static node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or AssignmentExpressionSyntax or AwaitExpressionSyntax);

    /// <summary>Writes a statement before some exits.</summary>
    internal static SyntaxNode Insert(SyntaxNode member, int[] exits, string statement)
    {
        SyntaxAnnotation[] marks = [.. exits.Select(static _ => new SyntaxAnnotation())];
        StatementSyntax[] all = In(member);
        Dictionary<SyntaxNode, SyntaxAnnotation> chosen = exits.Select((exit, i) => (Statement: all[exit], Mark: marks[i])).ToDictionary(static one => (SyntaxNode)one.Statement, static one => one.Mark);
        SyntaxNode changed = member.ReplaceNodes(chosen.Keys, (exit, rewritten) => rewritten.WithAdditionalAnnotations(chosen[exit]));
        return marks.Aggregate(changed, (node, mark) => InsertBefore(node, (StatementSyntax)node.GetAnnotatedNodes(mark).Single(), statement));
    }

    private static SyntaxNode InsertBefore(SyntaxNode member, StatementSyntax exit, string text)
    {
        StatementSyntax inserted = SyntaxFactory.ParseStatement(text).WithAdditionalAnnotations(Inserted);
        bool startsLine = exit.GetFirstToken().GetPreviousToken().TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        if (exit.Parent is BlockSyntax or SwitchSectionSyntax)
        {
            inserted = startsLine
                ? inserted.WithLeadingTrivia(exit.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.LineFeed)
                : inserted.WithTrailingTrivia(SyntaxFactory.Space);
            return member.ReplaceNode(exit, [inserted, startsLine ? exit.WithLeadingTrivia(SyntaxFactory.Whitespace(Statements.IndentOf(exit))) : exit]);
        }

        // The only statement of something gets braces.
        string indent = startsLine ? Statements.IndentOf((StatementSyntax)exit.Parent!) : "";
        (string open, string between, string close) = startsLine ? ($"{indent}{{\n{indent}    ", $"\n{indent}    ", $"\n{indent}}}") : ("{ ", " ", " }");
        BlockSyntax block = (BlockSyntax)SyntaxFactory.ParseStatement(open + text + between + exit.WithoutTrivia() + close);
        block = block.ReplaceNode(block.Statements[0], block.Statements[0].WithAdditionalAnnotations(Inserted));
        return member.ReplaceNode(exit, block.WithTrailingTrivia(exit.GetTrailingTrivia()));
    }
}
