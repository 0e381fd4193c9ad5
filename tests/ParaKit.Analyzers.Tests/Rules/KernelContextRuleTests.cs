using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class KernelContextRuleTests
{
    [Theory]
    [InlineData("object o = {|PK0201:new Node()|};")]
    [InlineData("int[] a = {|PK0201:new int[4]|};")]
    [InlineData("int[] a = {|PK0201:[1, 2]|};")]
    [InlineData("object o = {|PK0201:5|};")]
    [InlineData("IShape shape = {|PK0201:new Box()|};")]
    [InlineData("string s = {|PK0201:\"a\" + Name + Number|};")]
    [InlineData("string s = {|PK0201:$\"a{Number}\"|};")]
    [InlineData("string s = Name; {|PK0201:s += Name|};")]
    [InlineData("System.Action a = {|PK0201:Leaf|};")]
    [InlineData("int local = Number; System.Func<int> f = {|PK0201:() => local|};")]
    [InlineData("{|PK0201:Rest(1, 2)|};")]
    [InlineData("Inner(); static void Inner() { object o = {|PK0201:new Node()|}; }")]
    public Task Allocation_IsReported(string statement) => Check.MatchesAsync<KernelContextRule>(Context("NoAllocation", statement));

    [Theory]
    [InlineData("Box box = new Box(); Box copy = box; int i = box.Area();")]
    [InlineData("System.ReadOnlySpan<byte> bytes = \"abc\"u8; System.ReadOnlySpan<byte> more = new byte[] { 1, 2 }; System.Span<int> ints = stackalloc int[4];")]
    [InlineData("const string Text = \"a\" + \"b\"; string s = Text; Rest();")]
    [InlineData("if (Number > 3) { throw new System.InvalidOperationException(\"a\" + Number); }")]
    [InlineData("if (Number > 3) { Platform.Fail(\"a\" + Number); }")]
    [InlineData("delegate*<void> pointer = &Leaf; string s = nameof(Leaf); Leaf();")]
    [InlineData("Inner(); void Inner() { } void Unused() { object o = new Node(); }")]
    public Task NoAllocation_IsNotReported(string statement) => Check.MatchesAsync<KernelContextRule>(Context("NoAllocation", statement));

    [Fact]
    public Task Interfaces_AndOverrides_AreFollowed() => Check.MatchesAsync<KernelContextRule>("""
        using ParaKit.Guest;
        interface IHandler { void Handle(); int Value { get; } }
        class Quiet : IHandler { public void Handle() { } public int Value => 1; }
        class Loud : IHandler { public void Handle() { {|PK0201:new Quiet()|}.Handle(); } public int Value => {|PK0201:new Quiet()|}.Value; }
        abstract class Base { public abstract void Run(); public virtual void Walk() { } }
        class First : Base { public override void Run() => {|PK0202:X86.Hlt()|}; public override void Walk() { } }
        class Second : Base { public override void Run() { } public override void Walk() { _ = {|PK0201:new Quiet()|}; } }
        class Third : First { public override void Walk() => base.Walk(); }
        static class Kernel
        {
            [InterruptContext] static int Handle(IHandler handler, Base something, Third third) { handler.Handle(); something.Run(); something.Walk(); third.Walk(); return handler.Value; }
            [InterruptContext] static void OnlyFirst(First first) => first.Walk();
        }
        """);

    [Fact]
    public Task Siblings_AreNotReached() => Check.MatchesAsync<KernelContextRule>("""
        using ParaKit.Guest;
        abstract class Base { public virtual void Walk() { } }
        class First : Base { }
        class Second : Base { public override void Walk() { _ = new Second(); } }
        static class Kernel { [InterruptContext] static void Handle(First first) => first.Walk(); }
        """);

    [Fact]
    public Task DeclaredMembers_AreHeldToIt() => Check.MatchesAsync<KernelContextRule>("""
        using ParaKit.Guest;
        interface IDevice { [InterruptContext] void Interrupt(); [MaySleep] void Wait(); }
        class Disk : IDevice { public void Interrupt() { _ = {|PK0201:new int[4]|}; } public void Wait() { X86.Hlt(); } }
        static class Kernel { [EventsMasked] static void M(IDevice device) => {|PK0202:device.Wait()|}; }
        """);

    [Theory]
    [InlineData("{|PK0202:X86.Hlt()|};")]
    [InlineData("Idle();")]
    [InlineData("{|PK0202:Wait()|};")]
    [InlineData("X86.Sti(); X86.Cli(); {|PK0202:X86.Hlt()|};")]
    [InlineData("int i = Property; using Guard guard = new Guard();")]
    public Task Sleep_WithEventsMasked_IsReported(string statement) => Check.MatchesAsync<KernelContextRule>(Sleeper("EventsMasked", statement));

    [Theory]
    [InlineData("X86.Sti(); X86.Hlt(); X86.Cli();")]
    [InlineData("X86.Pause(); Start(static () => X86.Hlt());")]
    [InlineData("_ = nameof(X86.Hlt);")]
    public Task NoSleep_IsNotReported(string statement) => Check.MatchesAsync<KernelContextRule>(Sleeper("EventsMasked", statement));

    [Theory]
    [InlineData("[InterruptContext] static void A(int n) { {|PK0203:A(n)|}; }")]
    [InlineData("[InterruptContext] static void A(int n) { B(n); } static void B(int n) { if (n > 2) C(n); } static void C(int n) => {|PK0203:B(n)|};")]
    [InlineData("[InterruptContext] static void A(int n) { Inner(); void Inner() => {|PK0203:Inner()|}; }")]
    [InlineData("[InterruptContext] static void A(int n) { {|PK0203:A(n - 1)|}; }")]
    public Task Recursion_IsReported(string members) => Check.MatchesAsync<KernelContextRule>($"using ParaKit.Guest; static class Kernel {{ {members} }}");

    [Theory]
    [InlineData("[InterruptContext] static void A(int n) { if (n > 0) { A(n - 1); } }")]
    [InlineData("[InterruptContext] static ulong A(ulong n) => n == 0 ? 0 : A(n >> 4) + 1;")]
    [InlineData("static void A(int n) { A(n); }")]
    [InlineData("[InterruptContext] static void A(int n) { B(n); B(n); } static void B(int n) { }")]
    [InlineData("[InterruptContext] static void A(int n) { B(n); } static void B(int n) { if (n != 0) C(n); } static void C(int n) { if (n > 0) B(n - 1); }")]
    public Task BoundedOrUnreached_IsNotReported(string members) => Check.MatchesAsync<KernelContextRule>($"using ParaKit.Guest; static class Kernel {{ {members} }}");

    [Theory]
    [InlineData("{|PK0204:X86.Cli()|};")]
    [InlineData("{|PK0204:X86.Cli()|}; if (n > 3) return; X86.Sti();")]
    [InlineData("{|PK0204:X86.Cli()|}; while (n > 0) { if (n == 7) { X86.Sti(); break; } n--; }")]
    [InlineData("X86.Cli(); X86.Sti(); for (int i = 0; i < n; i++) { {|PK0204:X86.Cli()|}; }")]
    [InlineData("switch (n) { case 1: X86.Cli(); X86.Sti(); break; case 2: {|PK0204:X86.Cli()|}; break; }")]
    [InlineData("ulong flags = X86.Pushf(); {|PK0204:X86.Cli()|}; if (n == 1) X86.Popf(flags);")]
    public Task Imbalance_IsReported(string statement) => Check.MatchesAsync<KernelContextRule>(Masker(statement));

    [Theory]
    [InlineData("X86.Cli(); n++; X86.Sti();")]
    [InlineData("ulong flags = X86.Pushf(); X86.Cli(); if (n == 1) { n++; } X86.Popf(flags);")]
    [InlineData("X86.Cli(); try { if (n == 2) return; n++; } finally { X86.Sti(); }")]
    [InlineData("X86.Cli(); Platform.Fail(\"\");")]
    [InlineData("X86.Cli(); Stop();")]
    [InlineData("X86.Cli(); while (true) { X86.Hlt(); }")]
    [InlineData("X86.Cli(); if (n > 3) { throw new System.InvalidOperationException(); } X86.Sti();")]
    [InlineData("X86.Cli(); Unmask();")]
    [InlineData("System.Action action = static () => X86.Cli();")]
    [InlineData("if (n > 0) { X86.Cli(); } else { X86.Cli(); } n++; X86.Sti();")]
    public Task Balance_IsNotReported(string statement) => Check.MatchesAsync<KernelContextRule>(Masker(statement));

    [Fact]
    public Task MaskedMethods_MayLeaveThemMasked() => Check.MatchesAsync<KernelContextRule>(
        "using ParaKit.Guest; static class Kernel { [EventsMasked] static void Lock() => X86.Cli(); [InterruptContext] static void Handle() => X86.Cli(); }");

    [Fact]
    public async Task Message_ShowsTheChain()
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<KernelContextRule>(GuestCompilation.Create("""
            using ParaKit.Guest;
            interface IQueue { void Add(); }
            class Queue : IQueue { public void Add() => Grow(); void Grow() => _ = new int[4]; }
            static class Traps { [InterruptContext] static void Handle(IQueue queue) => queue.Add(); }
            """)));
        Assert.Equal(
            "This takes a new array from the managed heap, which 'Traps.Handle' must not reach, being [InterruptContext]: Traps.Handle \u2192 Queue.Add \u2192 Queue.Grow",
            diagnostic.GetMessage(null));
    }

    [Theory]
    [InlineData("PK0201", "[NoAllocation] static void M() { _ = new int[4]; }")]
    [InlineData("PK0202", "[EventsMasked] static void M() => X86.Hlt();")]
    [InlineData("PK0203", "[InterruptContext] static void M() => M();")]
    [InlineData("PK0204", "static void M() => X86.Cli();")]
    public async Task EditorConfig_RaisesTheSeverity(string id, string members)
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<KernelContextRule>(
            GuestCompilation.Create($"using ParaKit.Guest; static class Kernel {{ {members} }}"), editorConfig: $"[*.cs]\ndotnet_diagnostic.{id}.severity = error"));
        Assert.Equal((id, DiagnosticSeverity.Error), (diagnostic.Id, diagnostic.Severity));
    }

    private static string Context(string attribute, string statements) => $$"""
        using ParaKit.Guest;
        class Node { }
        interface IShape { int Area(); }
        struct Box : IShape { public int Area() => 3; }
        static unsafe class Kernel
        {
            static string Name => "n";
            static int Number => 5;
            [{{attribute}}] static void M() { Deeper(); }
            static void Deeper() { {{statements}} }
            static void Leaf() { }
            static void Rest(params int[] values) { }
        }
        """;

    private static string Sleeper(string attribute, string statements) => $$"""
        using ParaKit.Guest;
        struct Guard : System.IDisposable { public void Dispose() => Kernel.Idle(); }
        static class Kernel
        {
            [{{attribute}}] static void M() { {{statements}} }
            static int Property { get { Idle(); return 1; } }
            internal static void Idle() { {{(statements.Contains("Idle", StringComparison.Ordinal) || statements.Contains("Property", StringComparison.Ordinal) ? "{|PK0202:X86.Hlt()|};" : "X86.Hlt();")}} }
            [MaySleep] static void Wait() { X86.Hlt(); }
            static void Start(System.Action action) { }
        }
        """;

    private static string Masker(string statements) => $$"""
        using ParaKit.Guest;
        static class Kernel
        {
            static void M(int n) { {{statements}} }
            static void Stop() { while (true) { X86.Hlt(); } }
            static void Unmask() { Inner(); }
            static void Inner() => X86.Sti();
        }
        """;
}
