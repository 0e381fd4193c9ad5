using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.CodeFixes;

/// <summary>Puts a <c>using</c> with a batch around a loop, and makes the calls in it calls of the batch.</summary>
internal static class BatchedLoop
{
    private const string Variable = "batch";
    private const string Indent = "    ";

    /// <summary>True when the batch's name means nothing else there.</summary>
    internal static bool IsFree(StatementSyntax loop, SemanticModel model) =>
        !model.LookupSymbols(loop.SpanStart, name: Variable).Any() && !loop.DescendantTokens().Any(static token => token.ValueText == Variable);

    /// <summary>The loop with the batch.</summary>
    /// <param name="loop">A statement of a block.</param>
    /// <param name="calls">Names in the loop that are called, such as <c>PageTable.Write</c>.</param>
    /// <param name="creation">The expression that makes the batch.</param>
    internal static Replacement Around(StatementSyntax loop, IEnumerable<ExpressionSyntax> calls, string creation)
    {
        SyntaxNode collected = loop.ReplaceNodes(calls, static (call, name) => SyntaxFactory.ParseExpression(Variable + "." + MethodOf(call)).WithTriviaFrom(name));
        return new Replacement(loop, rewritten => Wrap(collected, $"using (var {Variable} = {creation})").WithTriviaFrom(rewritten));
    }

    private static string MethodOf(ExpressionSyntax called) => called is MemberAccessExpressionSyntax access ? access.Name.ToString() : called.ToString();

    private static StatementSyntax Wrap(SyntaxNode loop, string head)
    {
        string leading = loop.GetLeadingTrivia().ToString();
        string indent = leading.Substring(leading.LastIndexOf('\n') + 1);
        string body = loop.WithoutTrivia().ToFullString().Replace("\n", "\n" + Indent);
        return SyntaxFactory.ParseStatement($"{head}\n{indent}{{\n{indent}{Indent}{body}\n{indent}}}");
    }
}
