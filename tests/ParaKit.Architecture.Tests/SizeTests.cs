using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace ParaKit.Architecture.Tests;

/// <summary>Caps on files and functions.</summary>
public sealed class SizeTests
{
    private const int MaxFileLines = 600;
    private const int MaxFunctionLines = 80;

    [Fact]
    public void File_StaysUnderTheCap() => Violations.None(
        LongFiles().Except(SizeExemptions.Files.Keys));

    [Fact]
    public void Function_StaysUnderTheCap() => Violations.None(
        LongFunctions().Where(function => !SizeExemptions.Methods.ContainsKey(function.Key))
            .Select(function => $"{function.Key}, line {function.Line}: {function.Lines} lines"));

    [Fact]
    public void Exemption_IsNeeded()
    {
        Violations.None(SizeExemptions.Files.Keys.Except(LongFiles()));
        Violations.None(SizeExemptions.Methods.Keys.Except(LongFunctions().Select(function => function.Key)));
    }

    [Theory]
    [InlineData("class A { void M() {\n#BODY\n} }", "M")]
    [InlineData("class A { [X]\n#BODY\n[Y] void M() { } }", "")]
    [InlineData("class A { A() {\n#BODY\n} }", "A")]
    [InlineData("class A { int P { get {\n#BODY\nreturn 1; } } }", "P.get")]
    [InlineData("class A { void M() { void Local() {\n#BODY\n} } }", "M,Local")]
    [InlineData("class A { public static A operator +(A a, A b) {\n#BODY\nreturn a; } }", "operator +")]
    public void LongFunctions_AreFoundInEveryForm(string text, string expected)
    {
        string source = text.Replace("#BODY", new string('\n', MaxFunctionLines), StringComparison.Ordinal);
        Assert.Equal(expected, string.Join(',', Functions(SourceTrees.Parse(source)).Where(function => function.Lines > MaxFunctionLines).Select(function => function.Name)));
    }

    private static IEnumerable<string> LongFiles() => Repository.CodeFiles(Repository.CodeRoots)
        .Where(file => Repository.Read(file).AsSpan().Count('\n') > MaxFileLines);

    private static IEnumerable<(string Key, int Line, int Lines)> LongFunctions() =>
        from file in Repository.CodeFiles(Repository.CodeRoots)
        from function in Functions(SourceTrees.Root(file))
        where function.Lines > MaxFunctionLines
        select ($"{file}::{function.Name}", function.Line, function.Lines);

    private static IEnumerable<(string Name, int Line, int Lines)> Functions(SyntaxNode root) =>
        from node in root.DescendantNodes()
        let name = Name(node)
        where name is not null
        let lines = node.SyntaxTree.GetLineSpan(TextSpan.FromBounds(Start(node), node.Span.End))
        select (name, lines.StartLinePosition.Line + 1, lines.EndLinePosition.Line - lines.StartLinePosition.Line + 1);

    // Attributes, such as the rows of a theory, are data.
    private static int Start(SyntaxNode node) => node.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault() is { } attributes
        ? attributes.GetLastToken().GetNextToken().SpanStart
        : node.SpanStart;

    private static string? Name(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        DestructorDeclarationSyntax destructor => "~" + destructor.Identifier.Text,
        OperatorDeclarationSyntax @operator => "operator " + @operator.OperatorToken.Text,
        ConversionOperatorDeclarationSyntax conversion => "operator " + conversion.Type,
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        AccessorDeclarationSyntax accessor => $"{Owner(accessor)}.{accessor.Keyword.Text}",
        PropertyDeclarationSyntax { ExpressionBody: not null } property => property.Identifier.Text,
        _ => null,
    };

    private static string Owner(AccessorDeclarationSyntax accessor) => accessor.Parent?.Parent switch
    {
        PropertyDeclarationSyntax property => property.Identifier.Text,
        EventDeclarationSyntax @event => @event.Identifier.Text,
        _ => "this",
    };
}
