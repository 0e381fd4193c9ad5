using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class UnrewritableUseRuleTests
{
    [Theory]
    [InlineData("System.Action action = {|PK0003:X86.Cli|};")]
    [InlineData("var action = {|PK0003:X86.Cli|};")]
    [InlineData("System.Action action = new System.Action({|PK0003:X86.Cli|});")]
    [InlineData("delegate*<void> pointer = &{|PK0003:X86.Cli|};")]
    [InlineData("void* pointer = (delegate*<void>)&{|PK0003:X86.Cli|};")]
    [InlineData("Run({|PK0003:X86.Hlt|});")]
    [InlineData("ulong entry = 0; System.Func<ulong, ulong> store = value => PageTable.Store(ref entry, value); System.Func<ulong> read = {|PK0003:X86.Pushf|};")]
    public Task Reference_WithoutCall_IsReported(string statement) => Check.MatchesAsync<UnrewritableUseRule>(Method(statement));

    [Fact]
    public Task ExpressionTree_IsReported() => Check.MatchesAsync<UnrewritableUseRule>(Method(
        "System.Linq.Expressions.Expression<System.Func<ulong>> tree = () => {|PK0003:X86.ReadCr3()|} + 1;"));

    [Fact]
    public Task ImplicitCall_IsReported() => Check.MatchesAsync<UnrewritableUseRule>("""
        using System.Collections;
        using ParaKit.Guest;
        sealed class Table : IEnumerable { public IEnumerator GetEnumerator() => null!; }
        static class Ops
        {
            [Sensitive("mov", Sensitivity.SensitiveStore, Paravirtual = typeof(PvOps))] public static void Add(this Table table, int value) { }
        }
        static class PvOps { public static void Add(Table table, int value) { } }
        static class Kernel { static Table Create() => new Table { {|PK0003:5|} }; }
        """);

    [Theory]
    [InlineData("byte* code = null; var f = {|PK0003:(delegate* unmanaged<void>)code|};")]
    [InlineData("byte[] code = [0xFA]; fixed (byte* p = code) { var f = {|PK0003:(delegate* unmanaged<void>)p|}; }")]
    [InlineData("byte[] code = [0xFA]; fixed (void* p = code) { var f = {|PK0003:(delegate* unmanaged<void>)p|}; }")]
    [InlineData("byte* code = stackalloc byte[2]; void* copy = code; var f = {|PK0003:(delegate*<void>)copy|};")]
    [InlineData("byte* code = null; nint address = (nint)code; var f = {|PK0003:(delegate*<void>)(address + 4)|};")]
    [InlineData("byte code = 0xFA; var f = {|PK0003:(delegate*<void>)(void*)&code|};")]
    [InlineData("var f = {|PK0003:(delegate*<void>)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(\"\\u00FA\"u8))|};")]
    public Task Bytes_ToFunctionPointer_IsReported(string statement) => Check.MatchesAsync<UnrewritableUseRule>(Method(statement));

    [Theory]
    [InlineData("X86.Cli(); System.Action action = () => X86.Cli(); _ = nameof(X86.Cli);")]
    [InlineData("System.Action action = X86.Pause; delegate*<void> pointer = &X86.Pause;")]
    [InlineData("System.Action action = Other; delegate*<void> pointer = &Other;")]
    [InlineData("var f = (delegate*<void>)(byte*)(delegate*<void>)&Other;")]
    [InlineData("ulong address = 5; var f = (delegate*<void>)address; var g = (delegate*<int>)(void*)f;")]
    [InlineData("nint address = 5; var f = (delegate* unmanaged<void>)address;")]
    public Task CallsAndOrdinaryPointers_AreNotReported(string statement) => Check.MatchesAsync<UnrewritableUseRule>(Method(statement));

    [Fact]
    public Task NativeOnlyCode_MayDoAll() => Check.MatchesAsync<UnrewritableUseRule>("""
        using ParaKit.Guest;
        [NativeOnly]
        static unsafe class Boot
        {
            static delegate*<void> s_stop = &X86.Hlt;
            static void M(byte* code) { System.Action action = X86.Cli; ((delegate*<void>)code)(); }
        }
        """);

    [Fact]
    public async Task Message_SaysHowItIsUsed()
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<UnrewritableUseRule>(
            GuestCompilation.Create(Method("delegate*<void> pointer = &X86.Cli;"))));
        Assert.StartsWith("'X86.Cli' cannot be rewritten here because its address is taken", diagnostic.GetMessage(null), StringComparison.Ordinal);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
    }

    [Fact]
    public async Task EditorConfig_LowersTheSeverity() => Assert.Equal(
        DiagnosticSeverity.Warning,
        Assert.Single(await Check.ReportAsync<UnrewritableUseRule>(
            GuestCompilation.Create(Method("System.Action action = X86.Cli;")),
            editorConfig: "[*.cs]\ndotnet_diagnostic.PK0003.severity = warning")).Severity);

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        static unsafe class Kernel
        {
            static void M() { {{statements}} }
            static void Run(System.Action action) => action();
            static void Other() { }
        }
        """;
}
