using System.Runtime;
using ParaKit.Guest;

/// <summary>Every operation of X86 that needs no other structures, checked against what it promises in every technique.</summary>
#pragma warning disable PK0002, PK0007 // The operations are the subject.
internal static unsafe partial class Operations
{
    private const ulong TaskSwitched = 8;
    private const ulong ProtectionAndPaging = 0x80000001;
    private const ulong GlobalPages = 0x80;
    private const ulong SomeBase = 0x123000;
    private const ushort ConsoleData = 0x3f8;
    private const ushort ConsoleStatus = 0x3fd;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);

        // First of all, because the machine may interrupt as soon as it may.
        ulong* gdt = stackalloc ulong[Gdt.EntryCount];
        var gates = stackalloc GateDescriptor[TrapEntries.Count];
        TaskStateSegment task = new() { IoMapBase = (ushort)sizeof(TaskStateSegment) };
        LoadTables(gdt, gates, &task);
        Interrupts();
        Identification();
        ControlRegisters();
        Registers();
        Ports();
        SensitiveInstructions(gdt, gates);
        Check("batch", Batches.Run());
        Platform.Shutdown(0);
    }

    private static void Interrupts()
    {
        X86.Cli();
        Check("cli clears IF", (X86.Pushf() & TrapFrame.InterruptFlag) == 0);
        X86.Popf(X86.Pushf() | TrapFrame.InterruptFlag);
        bool open = (X86.Pushf() & TrapFrame.InterruptFlag) != 0;
        X86.Popf(X86.Pushf() & ~TrapFrame.InterruptFlag);
        Check("popf sets IF", open);
        Check("popf clears IF", (X86.Pushf() & TrapFrame.InterruptFlag) == 0);
        X86.Sti();
        open = (X86.Pushf() & TrapFrame.InterruptFlag) != 0;
        X86.Cli();
        Check("sti sets IF", open);
    }

    private static void Identification()
    {
        CpuidResult result;
        X86.Cpuid(0, 0, &result);
        Check("cpuid", result.Eax > 0 && result.Ebx != 0);
        ulong before = X86.Rdtsc();
        for (int i = 0; i < 1000; i++)
        {
            X86.Pause();
        }

        Check("rdtsc grows", X86.Rdtsc() > before);
    }

    private static void ControlRegisters()
    {
        Check("cr0", (X86.ReadCr0() & ProtectionAndPaging) == ProtectionAndPaging);

        // No vector register may be used while TS is set: nothing is called in between.
        X86.WriteCr0(X86.ReadCr0() | TaskSwitched);
        ulong set = X86.ReadCr0();
        X86.WriteCr0(set & ~TaskSwitched);
        Check("cr0.ts set", (set & TaskSwitched) != 0);
        Check("cr0.ts clear", (X86.ReadCr0() & TaskSwitched) == 0);
        Check("cr3", X86.ReadCr3() != 0 && X86.ReadCr3() % PageTable.PageSize == 0);
        X86.WriteCr4(X86.ReadCr4() | GlobalPages);
        Check("cr4", (X86.ReadCr4() & GlobalPages) != 0);
        X86.WriteCr8(0);
        Check("cr8", X86.ReadCr8() == 0);
        X86.Invlpg(PageTable.KernelBase);
    }

    private static void Registers()
    {
        X86.Wrmsr(Msr.FsBase, SomeBase);
        Check("fs base", X86.Rdmsr(Msr.FsBase) == SomeBase);
        X86.Swapgs();
        X86.Swapgs();
    }

    private static void Ports()
    {
        Check("console status", (X86.In8(ConsoleStatus) & 0x20) != 0);
        X86.Out8(ConsoleData, (byte)'!');
        X86.Out8(ConsoleData, (byte)'\n');
    }

    private static void Check(string name, bool passed)
    {
        Console.Write(passed ? "PASS " : "FAIL ");
        Console.WriteLine(name);
    }
}
