using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.Architecture.Tests;

/// <summary>Choices are objects, not preprocessor symbols; only debug assertions may be conditional.</summary>
public sealed class ConditionalCompilationTests
{
    [Fact]
    public void Sources_HaveNoConditionsButDebug() => Violations.None(
        from file in Repository.CodeFiles("src", "sample-guest")
        from condition in Conditions(SourceTrees.Root(file))
        select $"{file}, line {SourceTrees.Line(condition)}: #{condition}");

    [Theory]
    [InlineData("#if DEBUG\n#endif", 0)]
    [InlineData("#if PARAVIRT\n#endif", 1)]
    [InlineData("#if DEBUG\n#elif PARAVIRT\n#endif", 1)]
    [InlineData("#if !DEBUG\n#if OTHER\n#endif\n#endif", 2)]
    [InlineData("// #if PARAVIRT", 0)]
    public void Conditions_AreFound(string text, int expected) =>
        Assert.Equal(expected, Conditions(SourceTrees.Parse(text)).Count());

    private static IEnumerable<ExpressionSyntax> Conditions(SyntaxNode root) => root
        .DescendantNodes(descendIntoTrivia: true)
        .OfType<ConditionalDirectiveTriviaSyntax>()
        .Select(directive => directive.Condition)
        .Where(condition => condition.ToString() != "DEBUG");
}
