using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class UnsupportedGenericVirtualOrArrayRuleTests
{
    private const string Marked = """
        interface IVisitor { void {|PK0107:Visit|}<T>(T value); static abstract void Create<T>(); }
        abstract class Base { public virtual void {|PK0107:M|}<T>() { } protected abstract void {|PK0107:N|}<T>(); }
        sealed class Derived : Base { public override void {|PK0107:M|}<T>() { } protected override void {|PK0107:N|}<T>() { } }
        class Tables { int{|PK0107:[,]|} _field = new int{|PK0107:[2, 3]|}; void M(byte{|PK0107:[,,]|} table) { } }
        """;

    [Fact]
    public Task GenericVirtualMethodsAndMultiDimensionalArrays_AreReported() =>
        Check.MatchesAsync<UnsupportedGenericVirtualOrArrayRule>(Marked);

    [Fact]
    public Task GenericTypesVirtualMethodsAndJaggedArrays_AreNotReported() => Check.MatchesAsync<UnsupportedGenericVirtualOrArrayRule>("""
        interface IVisitor<T> { void Visit(T value); }
        class Base<T> { public virtual void M(T value) { } public void N<TOther>(TOther other) { } static void O<TOther>() { } }
        class Tables { int[][] _field = new int[2][]; int this[int row, int column] => _field[row][column]; }
        """);

    [Fact]
    public Task OutsideAGuest_IsNotReported() => Check.MatchesAsync<UnsupportedGenericVirtualOrArrayRule>(MarkedSource.Parse(Marked).Text, mode: null);

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        var diagnostics = await Check.ReportAsync<UnsupportedGenericVirtualOrArrayRule>(
            GuestCompilation.Create(MarkedSource.Parse(Marked).Text), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0107.severity = warning");
        Assert.NotEmpty(diagnostics);
        Assert.All(diagnostics, diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }
}
