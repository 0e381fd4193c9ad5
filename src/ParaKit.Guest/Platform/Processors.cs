using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>
/// Processors besides the first, by their numbers from 1: natively started by INIT and startup messages of the local APIC (Intel SDM vol. 3A, "Multiple-Processor (MP)
/// Initialization") and interrupted by messages; on Xen virtual processors, brought up by hypercall, and events. A processor that was started takes no interrupts of devices.
/// </summary>
public static unsafe class Processors
{
    /// <summary>The most that this library uses.</summary>
    public const int Most = 32;

    private const int WakeVector = 0xf0;
    private const int FlushVector = 0xf1;
    private const int PollsAfterInit = 1000;
    private const int PollsBetweenMessages = 20_000_000;

    // The linker's routines know these addresses, ProcessorRoutines.
    private const int StartPage = 0x8;
    private const ulong StartAddress = StartPage * PageTable.PageSize;
    private const ulong ParametersAddress = StartAddress + 0x100;
    private const ulong FlushCountAddress = StartAddress + 0x180;
    private const int StartBytes = 0x100;

    private static readonly uint[] s_identifiers = new uint[Most];
    private static readonly int[] s_isUp = new int[Most];
    private static readonly int[] s_hasStarted = new int[Most];
    private static readonly int[] s_notified = new int[Most];
    private static readonly byte[] s_table = new byte[2 * (int)PageTable.PageSize];
    private static SpinLock s_flushLock;
    private static delegate*<ulong, void> s_entry;
    private static ulong s_argument;
    private static int s_count;

    private struct StartParameters
    {
        public ulong Stack;
        public ulong Argument;
        public ulong PageTables;
        public delegate*<ulong, void> Entry;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_processor_start")]
    private static extern void StartRoutine();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_processor_wake")]
    private static extern void WakeRoutine();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_processor_flush")]
    private static extern void FlushRoutine();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_processor_wait")]
    private static extern void WaitForInterrupt();

    /// <summary>
    /// Finds the processors. Natively it reads ACPI's tables, which may lie where a kernel's own page tables map nothing: kernels with such tables call it before they use them.
    /// </summary>
    /// <returns>How many there are, this one included.</returns>
    [Sensitive("finding of processors", Sensitivity.Platform, Deprivileged = "finds no ACPI tables", Becomes = "hypercalls vcpu_op(VCPUOP_is_up), until there is no such one", Paravirtual = typeof(ParavirtualProcessors))]
    public static int Find()
    {
        if (s_count == 0)
        {
            fixed (uint* identifiers = s_identifiers)
            {
                s_count = Math.Max(1, Acpi.FindProcessors(Platform.AcpiRoot, identifiers, Most));
            }
        }

        return s_count;
    }

    /// <summary>
    /// Finds the processors unless that was done (<see cref="Find"/>), and makes this one ready to start the others. Natively it loads the table of <see cref="TrapEntries"/>, maps the local APIC in the last gigabyte of
    /// the kernel's address space, and takes the page at 0x8000 for starting. That page must be mapped at 0x8000, as the tables of the boot do.
    /// </summary>
    /// <returns>How many there are, this one included.</returns>
    [Sensitive("preparation of processors", Sensitivity.Platform, Deprivileged = "reaches no local APIC", Becomes = "hypercalls vcpu_op(VCPUOP_is_up), until there is no such one", Paravirtual = typeof(ParavirtualProcessors))]
    public static int Initialize()
    {
        s_isUp[0] = 1;
        if (Find() == 1)
        {
            return s_count;
        }

        fixed (byte* table = s_table)
        {
            LocalApic.Map((ulong*)(((ulong)table + PageTable.PageSize - 1) & ~(PageTable.PageSize - 1)));
        }

        LocalApic.Enable();
        PutFirst(LocalApic.Identifier);
        TrapEntries.SetGate(WakeVector, (ulong)(delegate*<void>)&WakeRoutine);
        TrapEntries.SetGate(FlushVector, (ulong)(delegate*<void>)&FlushRoutine);
        TrapEntries.LoadTable();
        return s_count;
    }

    /// <summary>Starts a processor, in the address space of this one. It calls <paramref name="entry"/>, which ends by <see cref="Stop"/>.</summary>
    /// <param name="number">1 or more.</param>
    /// <param name="entry">What it does.</param>
    /// <param name="argument">What it is told.</param>
    /// <param name="stackTop">End of its stack.</param>
    /// <returns>False if there is no such processor, it was started before, or does not answer.</returns>
    [Sensitive("start of a processor", Sensitivity.Platform, Deprivileged = "reaches no local APIC", Becomes = "hypercalls vcpu_op(VCPUOP_initialise) and (VCPUOP_up)", Paravirtual = typeof(ParavirtualProcessors))]
    public static bool TryStart(int number, delegate*<ulong, void> entry, ulong argument, void* stackTop)
    {
        if (number <= 0 || number >= s_count || IsUp(number))
        {
            return false;
        }

        s_entry = entry;
        s_argument = argument;
        s_hasStarted[number] = 0;
        WriteStartPage((ulong)number, stackTop);
        LocalApic.SendInit(s_identifiers[number]);
        bool hasStarted = HasStarted(number, PollsAfterInit);
        for (int i = 0; i < 2 && !hasStarted; i++)
        {
            LocalApic.SendStartup(s_identifiers[number], StartPage);
            hasStarted = HasStarted(number, PollsBetweenMessages);
        }

        return hasStarted;
    }

    /// <summary>Ends a processor's work: of this one it does not return, another is stopped wherever it is.</summary>
    [Sensitive("stop of a processor", Sensitivity.Platform, Deprivileged = "reaches no local APIC", Becomes = "hypercall vcpu_op(VCPUOP_down)", Paravirtual = typeof(ParavirtualProcessors))]
    public static void Stop(int number)
    {
        if (LocalApic.Identifier != s_identifiers[number])
        {
            LocalApic.SendInit(s_identifiers[number]);
            Volatile.Write(ref s_isUp[number], 0);
            return;
        }

        X86.Cli();
        Volatile.Write(ref s_isUp[number], 0);
        while (true)
        {
            X86.Hlt();
        }
    }

    /// <summary>Whether a processor is at work; false also if there is none of that number.</summary>
    [Sensitive("state of a processor", Sensitivity.Platform, Deprivileged = "knows the kernel's own only", Becomes = "hypercall vcpu_op(VCPUOP_is_up)", Paravirtual = typeof(ParavirtualProcessors))]
    public static bool IsUp(int number) => (uint)number < Most && Volatile.Read(ref s_isUp[number]) != 0;

    /// <summary>Waits until somebody has notified this processor since the last time. It sleeps meanwhile; interrupts are served.</summary>
    /// <param name="number">Its number.</param>
    [Sensitive("wait for another processor", Sensitivity.Platform, Deprivileged = "#GP(0): sti and hlt", Becomes = "hypercall sched_op(SCHEDOP_poll) for an event channel", Paravirtual = typeof(ParavirtualProcessors))]
    [MaySleep]
    public static void Wait(int number)
    {
        ulong flags = X86.Pushf();
        X86.Cli();
        while (Interlocked.Exchange(ref s_notified[number], 0) == 0)
        {
            WaitForInterrupt();
            X86.Cli();
        }

        X86.Popf(flags);
    }

    /// <summary>Wakes a processor that waits, or is about to.</summary>
    [Sensitive("notification of a processor", Sensitivity.Platform, Deprivileged = "reaches no local APIC", Becomes = "hypercall event_channel_op(EVTCHNOP_send)", Paravirtual = typeof(ParavirtualProcessors))]
    public static void Notify(int number)
    {
        Interlocked.Exchange(ref s_notified[number], 1);
        if (s_count > 1)
        {
            LocalApic.Send(s_identifiers[number], WakeVector);
        }
    }

    /// <summary>Empties the caches of translations of all processors that are up, after a page table was changed. All but this one have interrupts on, or turn them on soon.</summary>
    /// <param name="number">This one's number.</param>
    [Sensitive("flush of all processors' translations", Sensitivity.Platform, Deprivileged = "reaches no local APIC", Becomes = "hypercall mmuext_op(MMUEXT_TLB_FLUSH_ALL)", Paravirtual = typeof(ParavirtualProcessors))]
    public static void FlushTranslations(int number)
    {
        s_flushLock.Enter();
        ref int left = ref *(int*)PageTable.ToVirtual(FlushCountAddress);
        for (int i = 0; i < s_count; i++)
        {
            if (i != number && IsUp(i))
            {
                Interlocked.Increment(ref left);
                LocalApic.Send(s_identifiers[i], FlushVector);
            }
        }

        X86.WriteCr3(X86.ReadCr3());
        while (Volatile.Read(ref left) != 0)
        {
            X86.Pause();
        }

        s_flushLock.Exit();
    }

    /// <summary>This processor has nothing to do but to wait for another one, for a short time.</summary>
    [Sensitive("giving way to other processors", Sensitivity.Platform, Deprivileged = "no trap: the processor is not given to the one that is waited for", Becomes = "hypercall sched_op(SCHEDOP_yield)", Paravirtual = typeof(ParavirtualProcessors))]
    public static void Relax() => X86.Pause();

    private static void Main(ulong number)
    {
        delegate*<ulong, void> entry = s_entry;
        ulong argument = s_argument;
        TrapEntries.LoadTable();
        LocalApic.Enable();
        Volatile.Write(ref s_isUp[number], 1);
        Volatile.Write(ref s_hasStarted[number], 1);
        X86.Sti();
        entry(argument);
        Stop((int)number);
    }

    private static void WriteStartPage(ulong number, void* stackTop)
    {
        byte* routine = (byte*)(delegate*<void>)&StartRoutine;
        byte* page = (byte*)PageTable.ToVirtual(StartAddress);
        for (int i = 0; i < StartBytes; i++)
        {
            page[i] = routine[i];
        }

        *(int*)PageTable.ToVirtual(FlushCountAddress) = 0;
        var parameters = (StartParameters*)PageTable.ToVirtual(ParametersAddress);
        parameters->Stack = (ulong)stackTop & ~15UL;
        parameters->Argument = number;
        parameters->PageTables = X86.ReadCr3();
        parameters->Entry = &Main;
    }

    /// <summary>Waits for a processor to start, which may have done all its work, and stopped, when this one looks.</summary>
    private static bool HasStarted(int number, int polls)
    {
        for (int i = 0; i < polls && Volatile.Read(ref s_hasStarted[number]) == 0; i++)
        {
            X86.Pause();
        }

        return Volatile.Read(ref s_hasStarted[number]) != 0;
    }

    /// <summary>The one that boots is number 0, wherever the table has it.</summary>
    private static void PutFirst(uint identifier)
    {
        for (int i = 0; i < s_count; i++)
        {
            if (s_identifiers[i] == identifier)
            {
                s_identifiers[i] = s_identifiers[0];
                s_identifiers[0] = identifier;
            }
        }
    }
}
