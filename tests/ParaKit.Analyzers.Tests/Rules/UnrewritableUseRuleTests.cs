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

    [Theory]
    [InlineData("ulong x = {|PK0003:Cpu.Cr3|};")]
    [InlineData("{|PK0003:Cpu.Cr3|} = 4; {|PK0003:Cpu.Cr3|} |= 1; {|PK0003:Cpu.Cr3|}++;")]
    [InlineData("ulong x = {|PK0003:Cpu.Table[3]|};")]
    [InlineData("_ = nameof(Cpu.Cr3); ulong x = Cpu.Root;")]
    public Task SensitiveAccessor_IsReportedAtUses(string statement) => Check.MatchesAsync<UnrewritableUseRule>($$"""
        using ParaKit.Guest;
        sealed class Entries { public ulong this[int i] { [Sensitive("mov", Sensitivity.SensitiveStore)] get => 0; } }
        static class Cpu
        {
            public static ulong Cr3 { [Sensitive("mov", Sensitivity.Privileged)] get => X86.ReadCr3(); [Sensitive("mov", Sensitivity.Privileged)] set => X86.WriteCr3(value); }
            public static ulong Root => X86.ReadCr3();
            public static Entries Table => new();
        }
        static class Kernel { static void M() { {{statement}} } }
        """);

    [Fact]
    public Task SensitiveOperator_IsReportedAtItsDeclaration() => Check.MatchesAsync<UnrewritableUseRule>("""
        using ParaKit.Guest;
        struct Entry
        {
            [Sensitive("mov", Sensitivity.SensitiveStore)] public static Entry operator {|PK0003:+|}(Entry a, Entry b) => a;
            [Sensitive("mov", Sensitivity.SensitiveStore)] public static implicit operator {|PK0003:Entry|}(int a) => default;
            [Sensitive("mov", Sensitivity.Innocuous)] public static Entry operator -(Entry a, Entry b) => a;
        }
        """);

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
    [InlineData("fixed (byte* p = Code) { var f = {|PK0003:(delegate*<void>)p|}; }")]
    [InlineData("fixed (void* p = s_code) { var f = {|PK0003:(delegate*<void>)p|}; }")]
    [InlineData("System.Span<byte> code = stackalloc byte[2]; fixed (void* p = code) { var f = {|PK0003:(delegate*<void>)p|}; }")]
    [InlineData("ulong* code = stackalloc ulong[1]; var f = {|PK0003:(delegate*<void>)code|};")]
    [InlineData("void* late; byte* code = stackalloc byte[2]; late = code; var f = {|PK0003:(delegate*<void>)late|};")]
    [InlineData("byte* code = stackalloc byte[2]; var f = *{|PK0003:(delegate*<void>*)&code|};")]
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
    public async Task Call_WithInterceptor_IsNotReported()
    {
        GeneratorRun run = GeneratorRun.Start<ParaKit.Generators.PrivilegedCallGenerator>(GuestCompilation.Create(Method("X86.Cli();")), "paravirt");
        Assert.Empty(await Check.ReportAsync<UnrewritableUseRule>(run.Output, "paravirt"));
    }

    [Fact]
    public async Task Call_ThatTheGeneratorDidNotSee_IsReported()
    {
        GeneratorRun run = GeneratorRun.Start<ParaKit.Generators.PrivilegedCallGenerator>(GuestCompilation.Create(Method("X86.Cli();")), "paravirt");
        var output = run.Output.AddSyntaxTrees(GuestCompilation.CreateFrom(
            ("Other.g.cs", "// <auto-generated/>\nstatic class Other { static void M() => ParaKit.Guest.X86.Hlt(); }")).SyntaxTrees);
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<UnrewritableUseRule>(output, "paravirt"));
        Assert.Contains("'X86.Hlt' cannot be rewritten here because no interceptor was generated", diagnostic.GetMessage(null), StringComparison.Ordinal);
    }

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
            static System.ReadOnlySpan<byte> Code => [0xFA, 0xC3];
            static readonly byte[] s_code = [0xFA, 0xC3];
        }
        """;
}
