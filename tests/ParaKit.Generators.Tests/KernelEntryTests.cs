using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.RoslynTesting;

namespace ParaKit.Generators.Tests;

/// <summary>The dispatcher that is written from attributed handlers.</summary>
[UsesVerify]
public sealed class KernelEntryTests
{
    private const string Handlers = """
        using ParaKit.Guest;
        namespace Kernel.Entries
        {
            internal static unsafe class Traps
            {
                [TrapHandler(3, FromUser = true)] internal static void Breakpoint(TrapFrame* frame) { }
                [TrapHandler(14)] internal static TrapFrame* PageFault(TrapFrame* frame) => frame;
                [TrapHandler(12), TrapHandler(13)] public static TrapFrame* Protection(TrapFrame* frame) => frame;
                [TrapHandler] internal static TrapFrame* Unexpected(TrapFrame* frame) => frame;
                [EventHandler(0)] internal static TrapFrame* Tick(TrapFrame* frame) => frame;
                [EventHandler(4)] internal static void Console() { }
                [EventHandler(5, Virq = ParaKit.Abi.Virq.Debug)] internal static void Dump() { }
                [EventHandler] internal static void Other(TrapFrame* frame, int line) { }
                [SystemCallEntry] internal static TrapFrame* SystemCall(TrapFrame* frame) => frame;
            }
        }
        """;

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public Task Handlers_EmittedText_IsTheSameInEveryMode(string mode)
    {
        GeneratorRun run = Run(Handlers, mode);
        Assert.Empty(Problems(run));
        VerifySettings settings = new();
        settings.UseFileName($"{nameof(KernelEntryTests)}.{nameof(Handlers)}");
        return Verifier.Verify(run.Texts.Single(), settings);
    }

    [Fact]
    public Task OneTrap_EmittedText()
    {
        GeneratorRun run = Run("using ParaKit.Guest; unsafe class K { [TrapHandler(14)] internal static void F(TrapFrame* f) { } }");
        Assert.Empty(Problems(run));
        return Verifier.Verify(run.Texts.Single());
    }

    [Theory]
    [InlineData("class Kernel { }")]
    [InlineData("using ParaKit.Guest; unsafe class K { [TrapHandler(1)] private static void F(TrapFrame* f) { } }")]
    [InlineData("using ParaKit.Guest; unsafe class K { [TrapHandler(1)] internal static void F() { } }")]
    [InlineData("using ParaKit.Guest; unsafe class K { [TrapHandler(1)] internal static void F(TrapFrame* f) { } [System.Runtime.RuntimeExport(\"kernel_trap\")] static TrapFrame* T(TrapFrame* f) => f; }")]
    public void NoHandlers_OrUnusableOnes_OrAnOwnDispatcher_NothingIsEmitted(string source) => Assert.Empty(Run(source).Texts);

    [Fact]
    public void SameVectorTwice_FirstByNameIsCalled_SoThatTheRuleIsTheOnlyError()
    {
        GeneratorRun run = Run("using ParaKit.Guest; unsafe class K { [TrapHandler(1)] internal static void B(TrapFrame* f) { } [TrapHandler(1)] internal static void A(TrapFrame* f) { } }");
        Assert.Empty(Problems(run));
        Assert.Contains("global::K.A(frame)", run.Texts.Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("global::K.B", run.Texts.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Edits_ThatChangeNoHandler_AreCached_OthersAreNot()
    {
        CSharpCompilation guest = GuestCompilation.CreateFrom(("Traps.cs", Handlers), ("Other.cs", "class Other { int _value; int Get() => _value; }"));
        GeneratorRun first = GeneratorRun.Start<KernelEntryGenerator>(guest, "native");
        GeneratorRun other = first.Again(guest.Edit("Other.cs", text => text.Replace("_value", "_renamed", StringComparison.Ordinal)));
        GeneratorRun body = first.Again(guest.Edit("Traps.cs", text => text.Replace("Console() { }", "Console() { _ = 1; }", StringComparison.Ordinal)));
        GeneratorRun number = first.Again(guest.Edit("Traps.cs", text => text.Replace("EventHandler(4)", "EventHandler(5)", StringComparison.Ordinal)));
        foreach (GeneratorRun cached in (GeneratorRun[])[other, body])
        {
            Assert.All(cached.Reasons(TrackingNames.EntryPlan), AssertUnchanged);
            Assert.Equal([IncrementalStepRunReason.Cached], cached.OutputReasons);
        }

        Assert.Equal([IncrementalStepRunReason.Modified], number.Reasons(TrackingNames.EntryPlan));
        Assert.Equal([IncrementalStepRunReason.Modified], number.OutputReasons);
    }

    private static void AssertUnchanged(IncrementalStepRunReason reason) =>
        Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString());

    private static GeneratorRun Run(string source, string mode = "native") =>
        GeneratorRun.Start<KernelEntryGenerator>(GuestCompilation.Create(source), mode);

    private static IEnumerable<Diagnostic> Problems(GeneratorRun run)
    {
        using MemoryStream image = new();
        return [.. run.Diagnostics, .. run.Output.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];
    }
}
