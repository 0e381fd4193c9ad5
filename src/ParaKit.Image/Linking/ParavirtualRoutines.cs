using System.Globalization;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Image.Linking;

/// <summary>Start-up, trap and hypercall code of paravirtual images (Xen public/arch-x86/xen-x86_64.h).</summary>
internal static class ParavirtualRoutines
{
    internal const string Entry = "pk_start";
    internal const string HypercallPage = "pk_hypercall_page";

    private const string HypercallPrefix = "pk_hypercall";
    private const int HypercallStubSize = 32;
    private const int IretNumber = 23;
    private const int SchedulerNumber = 29;
    private const int SchedulerShutdown = 2;
    private const int ShutdownCrash = 3;
    private const byte Breakpoint = 0xcc;

    /// <summary>
    /// Stands in for <c>kernel_trap</c> in kernels that install no handlers: Xen wants an event entry from everybody, but no event comes
    /// as long as the mask stays closed.
    /// </summary>
    internal static Routine UnhandledTrap { get; } = new("kernel_trap", (a, _) => a.ud2());

    internal static IEnumerable<Routine> All =>
    [
        new(Entry, Start),
        new(HypercallPage, (a, _) => FillHypercallPage(a)) { Alignment = KernelLayout.PageSize },
        .. Enumerable.Range(0, TrapRoutines.VectorCount).Select(v => Entered(TrapRoutines.EntryOf(v), v)),
        Entered("pk_syscall_entry", TrapRoutines.SystemCallVector),
        Entered("pk_event_entry", TrapRoutines.EventVector),
        new("pk_failsafe_entry", Failsafe),
        TrapRoutines.CommonEntry(ClearSavedMask),
        TrapRoutines.CommonExit(Leave),
        TrapRoutines.Resume("pk_pv_iretq"),
        TrapRoutines.SoftwareInterrupt("pk_pv_int"),
    ];

    /// <summary>
    /// Resolves <c>pk_hypercall{arguments}_{number}</c>: up to three arguments are in the hypercall's own registers, so the symbol is
    /// the stub in the hypercall page; for more, a routine moves the fourth from RCX to R10.
    /// </summary>
    internal static bool TryParseHypercall(string symbol, out int arguments, out int number)
    {
        arguments = number = 0;
        return symbol.StartsWith(HypercallPrefix, StringComparison.Ordinal)
            && symbol[HypercallPrefix.Length..].Split('_') is [var first, var second]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out arguments)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && arguments is >= 0 and <= 5
            && number is >= 0 and < (int)KernelLayout.PageSize / HypercallStubSize;
    }

    /// <summary>Address of the stub of hypercall <paramref name="number"/>.</summary>
    internal static ulong StubAddress(ulong page, int number) => page + ((ulong)number * HypercallStubSize);

    /// <summary>The routine behind a hypercall of four or five arguments.</summary>
    internal static Routine WithFourthArgument(string symbol, int number) => new(symbol, (a, resolve) =>
    {
        a.mov(r10, rcx);
        a.jmp(StubAddress(resolve(HypercallPage), number));
    });

    private static void Start(Assembler a, Func<string, ulong> resolve)
    {
        a.cld();
        a.mov(rsp, resolve("pk_stack_top"));
        a.mov(rdi, rsi); // start_info
        a.xor(ebp, ebp);
        a.call(resolve("kernel_main"));
        a.ud2();
    }

    // Xen overwrites the page; a call before that, or without Xen, stops at a breakpoint.
    private static void FillHypercallPage(Assembler a)
    {
        for (ulong i = 0; i < KernelLayout.PageSize; i += HypercallStubSize)
        {
            a.db(Enumerable.Repeat(Breakpoint, HypercallStubSize).ToArray());
        }
    }

    /// <summary>Xen pushes RCX and R11 below what the processor would push.</summary>
    private static Routine Entered(string symbol, int vector) => new(symbol, (a, resolve) =>
    {
        a.pop(rcx);
        a.pop(r11);
        TrapRoutines.EmitEntry(a, vector, resolve);
    });

    /// <summary>The upper half of the saved CS carries the event mask; the frame's RFLAGS.IF says the same.</summary>
    private static void ClearSavedMask(Assembler a) => a.mov(__dword_ptr[rsp + TrapRoutines.WhileSaved(TrapRoutines.CsOffset) + 4], 0);

    /// <summary>The error code's place becomes the flags word of struct iret_context: 0 restores all registers.</summary>
    private static void Leave(Assembler a, Func<string, ulong> resolve)
    {
        a.add(rsp, TrapRoutines.ErrorCodeOffset);
        a.mov(__qword_ptr[rsp], 0);
        a.jmp(StubAddress(resolve(HypercallPage), IretNumber));
    }

    /// <summary>Xen calls it when a return frame cannot be loaded: there is nothing left to return to.</summary>
    private static void Failsafe(Assembler a, Func<string, ulong> resolve)
    {
        a.push(ShutdownCrash);
        a.mov(rsi, rsp);
        a.mov(edi, SchedulerShutdown);
        a.call(StubAddress(resolve(HypercallPage), SchedulerNumber));
        a.ud2();
    }
}
