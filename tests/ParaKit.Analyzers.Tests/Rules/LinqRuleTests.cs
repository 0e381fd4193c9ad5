using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class LinqRuleTests
{
    private const string Marked = """
        {|PK0106:using System.Linq;|}
        {|PK0106:using E = global::System.Linq.Enumerable;|}
        {|PK0106:using static System.Linq.Enumerable;|}
        class Kernel
        {
            object M(int[] values) => {|PK0106:from value in values where value > 1 select value + 1|};
        }
        """;

    [Fact]
    public Task UsingsAndQueries_AreReported() => Check.MatchesAsync<LinqRule>(Marked);

    [Fact]
    public Task LoopsAndOtherNamespaces_AreNotReported() => Check.MatchesAsync<LinqRule>("""
        using System;
        using System.Collections.Generic;
        using Pair = (int Left, int Right);
        class Kernel { int M(int[] values) { int sum = 0; foreach (int value in values) { sum += value; } return sum; } }
        """);

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<LinqRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<LinqRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0106.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
