using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.Architecture.Tests;

/// <summary>Caps on files and functions.</summary>
public sealed class SizeTests
{
    private const int MaxFileLines = 600;
    private const int MaxFunctionLines = 80;

    [Fact]
    public void File_StaysUnderTheCap() => Assert.Empty(
        LongFiles().Except(SizeExemptions.Files.Keys));

    [Fact]
    public void Function_StaysUnderTheCap() => Assert.Empty(
        LongFunctions().Where(function => !SizeExemptions.Methods.ContainsKey(function.Key))
            .Select(function => $"{function.Key}, line {function.Line}: {function.Lines} lines"));

    [Fact]
    public void Exemption_IsNeeded()
    {
        Assert.Empty(SizeExemptions.Files.Keys.Except(LongFiles()));
        Assert.Empty(SizeExemptions.Methods.Keys.Except(LongFunctions().Select(function => function.Key)));
    }

    [Theory]
    [InlineData("class A { void M() {\n#BODY\n} }", "M")]
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
        let span = node.SyntaxTree.GetLineSpan(node.Span)
        select (name, SourceTrees.Line(node), span.EndLinePosition.Line - span.StartLinePosition.Line + 1);

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
