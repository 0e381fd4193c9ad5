using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

/// <summary>PK0408, PK0501, PK0503 and PK0505.</summary>
public sealed class EntryFixTests
{
    [Fact]
    public Task Handlers_BecomeCallable() => FixCheck.FixesAllAsync<EntryHandlerRule, HandlerSignatureFix>(
        """
        using ParaKit.Guest;
        unsafe class Traps
        {
            [TrapHandler(14)]
            private static void Hidden(TrapFrame* frame) { }

            // why
            [TrapHandler(13), TrapHandler(12)]
            static TrapFrame* Bare(TrapFrame* frame) => frame;

            [TrapHandler(6)] private protected static void Both() { }
            [SystemCallEntry] public static void Call() { } // frame
            [EventHandler(4)] protected static void Line() { }
        }
        """,
        """
        using ParaKit.Guest;
        unsafe class Traps
        {
            [TrapHandler(14)]
            internal static void Hidden(TrapFrame* frame) { }

            // why
            [TrapHandler(13), TrapHandler(12)]
            internal static TrapFrame* Bare(TrapFrame* frame) => frame;

            [TrapHandler(6)] internal static void Both(TrapFrame* frame) { }
            [SystemCallEntry] public static void Call(TrapFrame* frame) { } // frame
            [EventHandler(4)] internal static void Line() { }
        }
        """);

    [Theory]
    [InlineData("[TrapHandler(14)] internal void H(TrapFrame* frame) { }")]
    [InlineData("[TrapHandler(33)] internal static void H(TrapFrame* frame) { }")]
    [InlineData("[TrapHandler(14)] internal static bool H(TrapFrame* frame) => true;")]
    [InlineData("[TrapHandler(14)] private static void H(long number) { }")]
    [InlineData("private class Inner { [TrapHandler(14)] public static void H(TrapFrame* frame) { } }")]
    public Task OtherHandlers_AreLeftToTheAuthor(string member) =>
        FixCheck.OffersNothingAsync<EntryHandlerRule, HandlerSignatureFix>($"using ParaKit.Guest; unsafe class Traps {{ {member} }}");

    [Fact]
    public Task AttributesWithoutEffect_GoAway() => FixCheck.FixesAllAsync<EntryHandlerRule, HandlersIgnoredFix>(
        """
        using System.Runtime;
        using ParaKit.Guest;
        unsafe class Traps
        {
            // first
            [TrapHandler(14)]
            internal static void A(TrapFrame* frame) { }

            [TrapHandler(13), System.Obsolete, TrapHandler(12)]
            [EventHandler] internal static void B(TrapFrame* frame) { }

            [RuntimeExport("kernel_trap")]
            internal static TrapFrame* Trap(TrapFrame* frame) => frame;
        }
        """,
        """
        using System.Runtime;
        using ParaKit.Guest;
        unsafe class Traps
        {
            // first
            internal static void A(TrapFrame* frame) { }

            [System.Obsolete]
            internal static void B(TrapFrame* frame) { }

            [RuntimeExport("kernel_trap")]
            internal static TrapFrame* Trap(TrapFrame* frame) => frame;
        }
        """);

    [Fact]
    public Task Hypercalls_GetAStandIn() => FixCheck.FixesAllAsync<HypercallRule, HypercallFallbackFix>(
        """
        using ParaKit.Guest;
        static unsafe partial class Calls
        {
            // asks
            [Hypercall(50)]
            internal static partial long Ask(uint question, byte* answer);

            [Hypercall(51)] private static partial long Tell();
        }
        """,
        """
        using ParaKit.Guest;
        static unsafe partial class Calls
        {
            // asks
            [Hypercall(50, Native = nameof(AskWithoutHypervisor))]
            internal static partial long Ask(uint question, byte* answer);

            private static long AskWithoutHypervisor(uint question, byte* answer) => -38; // ENOSYS

            [Hypercall(51, Native = nameof(TellWithoutHypervisor))] private static partial long Tell();

            private static long TellWithoutHypervisor() => -38; // ENOSYS
        }
        """);

    [Fact]
    public Task Entries_AreLaidOut() => FixCheck.FixesAllAsync<IoRingRule, RingEntryLayoutFix>(
        """
        using System.Runtime.InteropServices;
        using ParaKit.Guest;
        [StructLayout(LayoutKind.Auto)] struct Request { public ulong Id; public byte Kind; }
        [StructLayout(LayoutKind.Auto, Pack = 8)] struct Response { public ulong Id; }
        [IoRing(typeof(Request), typeof(Response))] partial class Ring;
        """,
        """
        using System.Runtime.InteropServices;
        using ParaKit.Guest;
        [StructLayout(LayoutKind.Sequential)] struct Request { public ulong Id; public byte Kind; }
        [StructLayout(LayoutKind.Sequential, Pack = 8)] struct Response { public ulong Id; }
        [IoRing(typeof(Request), typeof(Response))] partial class Ring;
        """);

    [Theory]
    [InlineData("[ParaKit.Guest.IoRing(typeof(string), typeof(int))] partial class Ring;")]
    [InlineData("[ParaKit.Guest.IoRing(typeof(E), typeof(int))] partial class Ring; [StructLayout(LayoutKind.Auto)] struct E { public Part Part; } [StructLayout(LayoutKind.Auto)] struct Part { public int A; }")]
    public Task OtherEntries_AreLeftToTheAuthor(string source) =>
        FixCheck.OffersNothingAsync<IoRingRule, RingEntryLayoutFix>("using System.Runtime.InteropServices;\n" + source);
}
