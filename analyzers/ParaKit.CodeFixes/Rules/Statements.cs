using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.CodeFixes.Rules;

/// <summary>Statements that fixes write, indented like the code around them.</summary>
internal static class Statements
{
    private const string Indent = "    ";

    /// <summary><c>if (condition) { statement }</c> on four lines, in the place of <paramref name="replaced"/>.</summary>
    internal static StatementSyntax Guarded(string condition, string statement, SyntaxNode replaced)
    {
        string indent = IndentOf(replaced);
        return SyntaxFactory.ParseStatement($"if ({condition})\n{indent}{{\n{indent}{Indent}{statement}\n{indent}}}");
    }

    /// <summary>What stands before a statement on its line.</summary>
    internal static string IndentOf(SyntaxNode statement)
    {
        string leading = statement.GetLeadingTrivia().ToString();
        return leading.Substring(leading.LastIndexOf('\n') + 1);
    }
}
