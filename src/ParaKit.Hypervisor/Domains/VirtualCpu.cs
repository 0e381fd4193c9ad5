using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Events;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// A virtual processor: what the hypervisor keeps beside the registers. Kernel and user mode both run at privilege level 3
/// and differ in their page tables and GS base. Xen public/arch-x86/xen.h, "vcpu_guest_context".
/// </summary>
internal sealed class VirtualCpu
{
    /// <summary>Number of exception and interrupt vectors.</summary>
    public const int VectorCount = 256;

    private readonly TrapInfo[] _traps = new TrapInfo[VectorCount];

    /// <summary>Its number in its domain.</summary>
    public required int Number { get; init; }

    /// <summary>The processor that holds its registers.</summary>
    public required Processor Processor { get; init; }

    /// <summary>What it shares with the guest.</summary>
    public required VcpuInfoArea Info { get; init; }

    /// <summary>The guest's memory through its page tables.</summary>
    public required GuestMemory Memory { get; init; }

    /// <summary>Its time.</summary>
    public required GuestClock Clock { get; init; }

    /// <summary>Why it leaves the guest.</summary>
    public required ExitLog Exits { get; init; }

    /// <summary>What it does.</summary>
    public VcpuActivity Activity { get; set; }

    /// <summary>When it was brought up or last ran, in nanoseconds: on no processor it goes on before.</summary>
    public ulong NotBefore { get; set; }

    /// <summary>Whether it has registers to run with.</summary>
    public bool IsInitialised { get; set; }

    /// <summary>How long it ran and waited.</summary>
    public RunstateRecord Runstates => field ??= new RunstateRecord(Memory);

    /// <summary>Whether it gave up the rest of its turn.</summary>
    public bool HasYielded { get; set; }

    /// <summary>Ports that poll waits for; null if it does not poll.</summary>
    public uint[]? PolledPorts { get; set; }

    /// <summary>Its registers.</summary>
    public ref CpuState State => ref Processor.State;

    /// <summary>Its global descriptor table.</summary>
    public required DescriptorTableArea Descriptors { get; init; }

    /// <summary>Frames of the guest's part of the descriptor table.</summary>
    public ulong[] DescriptorFrames { get; set; } = [];

    /// <summary>Whether it is in kernel mode.</summary>
    public bool InKernelMode { get; private set; } = true;

    /// <summary>Top-level table of kernel mode.</summary>
    public ulong KernelTable { get; set; }

    /// <summary>Top-level table of user mode, 0 if there is none.</summary>
    public ulong UserTable { get; set; }

    /// <summary>Stack pointer used when user mode is interrupted.</summary>
    public ulong KernelStackPointer { get; set; }

    /// <summary>Stack selector that goes with it; kept for the record.</summary>
    public ushort KernelStackSelector { get; set; }

    /// <summary>Entry for events.</summary>
    public ulong EventCallback { get; set; }

    /// <summary>Entry for frames that cannot be returned to.</summary>
    public ulong FailsafeCallback { get; set; }

    /// <summary>Whether the failsafe callback closes the event mask.</summary>
    public bool FailsafeMasksEvents { get; set; }

    /// <summary>Entry for system calls.</summary>
    public ulong SyscallCallback { get; set; }

    /// <summary>Whether the system call entry closes the event mask.</summary>
    public bool SyscallMasksEvents { get; set; }

    /// <summary>Entry for non-maskable interrupts; kept, never used.</summary>
    public ulong NmiCallback { get; set; }

    /// <summary>CR4 as the guest wrote it.</summary>
    public ulong GuestCr4 { get; set; }

    /// <summary>I/O privilege level as the guest asked for it; it gives no access to ports.</summary>
    public uint IoPrivilege { get; set; }

    /// <summary>Its timers.</summary>
    public VirtualTimers Timers { get; } = new();

    /// <summary>Virtual gates.</summary>
    public ReadOnlySpan<TrapInfo> Traps => _traps;

    /// <summary>Top-level table in use.</summary>
    public ulong CurrentTable => InKernelMode ? KernelTable : UserTable;

    /// <summary>Goes on on another physical processor, whose clock is not behind; while it does not run.</summary>
    public void MoveTo(VirtualClock clock)
    {
        Processor.Clock = clock;
        Clock.MoveTo(clock);
        Exits.MoveTo(clock);
    }

    /// <summary>Installs one virtual gate.</summary>
    public void SetTrap(TrapInfo trap) => _traps[trap.Vector] = trap;

    /// <summary>Removes all virtual gates.</summary>
    public void ClearTraps() => Array.Clear(_traps);

    /// <summary>Gives it the state in which it can be entered at level 3: flat segments of the kernel, no table and no address yet.</summary>
    public void Reset()
    {
        Processor.Reset();
        Processor.Controls = ExitControls.All;
        State.Gdtr = new DescriptorTableRegister { Base = Descriptors.Base, Limit = DescriptorTableArea.Limit };
        State.Cr0 |= Cr0.AlignmentMask;
        State.Cpl = 3;
        LoadFlatKernelSegments();
        State.Ds = State.Es = State.Fs = State.Gs = default;
        State.Rflags = Flags.Interrupt | Flags.AlwaysOne;
        State.TscOffset = Clock.TscOffset;
        State.Cr4 |= Clock.IsTscEmulated ? Cr4.TimeStampDisable : 0;
        InKernelMode = true;
    }

    /// <summary>Goes from kernel to user mode or back: other page tables, other GS base.</summary>
    public void ToggleMode()
    {
        InKernelMode = !InKernelMode;
        ref var state = ref State;
        (state.Gs.Base, state.KernelGsBase) = (state.KernelGsBase, state.Gs.Base);
        LoadTables();
    }

    /// <summary>Makes the processor use the tables of the present mode: the hypervisor's MOV to CR3.</summary>
    public void LoadTables()
    {
        Processor.LoadCr3(CurrentTable << PageTableEntries.FrameShift);
        Processor.Clock.Charge(Processor.Costs.ControlRegisterWrite);
    }

    /// <summary>
    /// Loads code and stack segments for a return to the guest at level 3. False, with nothing changed, if a selector
    /// does not name a usable segment. Intel SDM vol. 2A, "IRET".
    /// </summary>
    public bool TryLoadCodeAndStack(ushort code, ushort stack)
    {
        var codeDescriptor = Descriptors.Read(code);
        var stackDescriptor = Descriptors.Read(stack);
        if (!SegmentDescriptors.IsCode(codeDescriptor) || !SegmentDescriptors.IsWritableData(stackDescriptor))
        {
            return false;
        }

        State.Cs = ToRegister(code, codeDescriptor);
        State.Ss = ToRegister(stack, stackDescriptor);
        return true;
    }

    /// <summary>Base that loading a data selector would give; 0 if it cannot be loaded.</summary>
    public ulong BaseOf(ushort selector) => ToRegister(selector, Descriptors.Read(selector)).Base;

    /// <summary>Sets or clears CR0.TS.</summary>
    public void SetTaskSwitched(bool value)
    {
        State.Cr0 = value ? State.Cr0 | Cr0.TaskSwitched : State.Cr0 & ~Cr0.TaskSwitched;
        Processor.FlushTlb();
    }

    /// <summary>Loads the flat kernel segments.</summary>
    public void LoadFlatKernelSegments() => TryLoadCodeAndStack(FlatSelectors.KernelCode, FlatSelectors.KernelStack);

    private static SegmentRegister ToRegister(ushort selector, ulong descriptor) =>
        SegmentRegister.FromDescriptor((ushort)(selector | 3), descriptor);
}
