using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Iced.Intel;
using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// One x86-64 processor in long mode. It is asked to run for a number of instructions and says why it stopped; it
/// never calls its host.
/// </summary>
public sealed unsafe partial class Processor : IDisposable, ICodeObserver
{
    private const nuint StateAlignment = 4096;

    private readonly CpuState* _cpu;
    private readonly DecodeCache _code;
    private GCHandle _self;
    private MemoryBlock? _openBus;

    /// <summary>Creates a processor in its reset state (see <see cref="Reset"/>).</summary>
    /// <param name="memory">RAM; may be shared by several processors that run one after another.</param>
    /// <param name="clock">The clock that retired instructions and other work are charged to.</param>
    /// <param name="costs">What they cost.</param>
    /// <param name="ports">I/O ports, or null for none (all ones).</param>
    /// <param name="observed">Instructions that exit before they execute (<see cref="ExitReason.Observed"/>), or null for none.</param>
    public Processor(
        PhysicalMemory memory, VirtualClock clock, CostProfile costs, PortBus? ports = null, IReadOnlySet<Code>? observed = null)
    {
        Memory = memory;
        Clock = clock;
        Costs = costs;
        Ports = ports ?? new PortBus();
        // Safety: the block is freed in Dispose only, and nothing else keeps the pointer longer than a run.
        _cpu = (CpuState*)NativeMemory.AlignedAlloc((nuint)sizeof(CpuState), StateAlignment);
        _code = new DecodeCache(memory, Counters, observed ?? FrozenSet<Code>.Empty);
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
        _cpu->Owner = GCHandle.ToIntPtr(_self);
        memory.AddObserver(this);
        Reset();
    }

    /// <summary>The architectural state; exact whenever the processor is not running.</summary>
    public ref CpuState State => ref *_cpu;

    /// <summary>Which events leave to the host.</summary>
    public ExitControls Controls { get; set; }

    /// <summary>What happened so far.</summary>
    public ProcessorCounters Counters { get; } = new();

    /// <summary>RAM.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>The clock that work is charged to; may be set while the processor does not run, as when a virtual processor moves to another physical one.</summary>
    public VirtualClock Clock { get; set; }

    /// <summary>Cost of primitive operations.</summary>
    public CostProfile Costs { get; }

    /// <summary>The I/O ports.</summary>
    public PortBus Ports { get; }

    /// <summary>Where external interrupts come from; null for none.</summary>
    public IInterruptSource? Interrupts { get; set; }

    /// <summary>Its local APIC; null for none.</summary>
    public ILocalApic? LocalApic { get; init; }

    /// <summary>
    /// Puts the processor in 64-bit mode at CPL 0 with a flat segment set, paging on (CR3 = 0), interrupts off and all
    /// registers zero: what a boot loader leaves, not what the reset pin does (<see cref="ResetToRealMode"/>).
    /// </summary>
    public void Reset()
    {
        _cpu->Clear();
        _cpu->Cr0 = Cpu.Cr0.ProtectionEnable | Cpu.Cr0.MonitorCoprocessor | Cpu.Cr0.ExtensionType
            | Cpu.Cr0.NumericError | Cpu.Cr0.WriteProtect | Cpu.Cr0.Paging;
        _cpu->Cr4 = Cpu.Cr4.PhysicalAddressExtension | Cpu.Cr4.OsFxsr | Cpu.Cr4.OsXmmExceptions;
        _cpu->Efer = Cpu.Efer.LongModeEnable | Cpu.Efer.LongModeActive | Cpu.Efer.NoExecuteEnable
            | Cpu.Efer.SystemCallEnable;
        _cpu->Mxcsr = Sse.MxcsrReset;
        _cpu->X87ControlWord = Sse.X87ControlWordReset;
        _cpu->Pat = ModelSpecificRegisters.PatReset;
        _cpu->Rflags = 0;
        _cpu->Cs = Segmentation.FlatCode(selector: 0x08, dpl: 0);
        _cpu->Ss = Segmentation.FlatData(selector: 0x10, dpl: 0);
        _cpu->Ds = _cpu->Es = _cpu->Fs = _cpu->Gs = _cpu->Ss;
        _cpu->Tr.Attributes = Segmentation.BusyTss;
        _cpu->Cpl = 0;
    }

    /// <summary>Lets the instruction at RIP, which is one of the observed ones, execute in the next run.</summary>
    public void PassObserved() => _cpu->PassObserved = true;

    /// <summary>Takes over everything architectural from another processor.</summary>
    public void CopyStateFrom(Processor other)
    {
        CpuState.CopyArchitecture(other._cpu, _cpu);
        FlushTlb();
    }

    /// <summary>Drops all cached translations.</summary>
    public void FlushTlb()
    {
        SoftwareTlb.Flush(_cpu);
        _beyondLimit.Clear();
        Counters.TlbFlushes++;
    }

    /// <summary>Drops the cached translation of one linear address.</summary>
    public void InvalidatePage(ulong linear)
    {
        SoftwareTlb.Invalidate(_cpu, linear);
        _beyondLimit.Clear();
    }

    /// <summary>
    /// Nested paging: physical address of the top-level table that translates the guest's physical addresses to the machine's;
    /// 0 for none. AMD64 Architecture Programmer's Manual vol. 2, "Nested Paging".
    /// </summary>
    public ulong NestedCr3
    {
        get;
        set
        {
            field = value;
            FlushTlb();
        }
    }

    /// <summary>Sets CR3 and drops all cached translations.</summary>
    public void LoadCr3(ulong value)
    {
        _cpu->Cr3 = value;
        FlushTlb();
    }

    /// <summary>
    /// Translates as the page tables say now, without touching accessed or dirty bits, the TLB or the clock.
    /// </summary>
    /// <param name="linear">Linear address; not canonical fails with error code 0.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="user">Whether to check as CPL 3.</param>
    /// <param name="physical">Physical address of the machine; may lie outside RAM.</param>
    /// <param name="pageFaultErrorCode">On failure the error code that #PF would have (<see cref="PageFaultErrorCode"/>).</param>
    public bool TryTranslate(
        ulong linear, AccessKind access, bool user, out ulong physical, out uint pageFaultErrorCode)
    {
        bool found = PageWalker.TryWalk(Memory, Paging, linear, access, user, setBits: false, out PageWalk walk);
        physical = walk.Physical;
        pageFaultErrorCode = (uint)walk.ErrorCode;
        return found && LinearAddress.IsCanonical(linear);
    }

    /// <summary>Translates without touching anything, and says more about it.</summary>
    public bool TryTranslate(ulong linear, AccessKind access, bool user, out Touch touch) =>
        TryWalk(linear, access, user, setBits: false, out touch);

    /// <summary>As <see cref="TryTranslate(ulong, AccessKind, bool, out Touch)"/>, but sets accessed and dirty bits as the access itself would.</summary>
    public bool TryTouch(ulong linear, AccessKind access, bool user, out Touch touch) =>
        TryWalk(linear, access, user, setBits: true, out touch);

    private bool TryWalk(ulong linear, AccessKind access, bool user, bool setBits, out Touch touch)
    {
        PageWalk walk = default;
        bool found = LinearAddress.IsCanonical(linear)
            && PageWalker.TryWalk(Memory, Paging, linear, access, user, setBits, out walk);
        touch = new Touch
        {
            Machine = walk.Physical,
            GuestPhysical = walk.NestedFault ? walk.Physical : walk.GuestPhysical,
            ErrorCode = walk.ErrorCode,
            IsNestedFault = walk.NestedFault,
        };
        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_self.IsAllocated)
        {
            Memory.RemoveObserver(this);
            _self.Free();
            _code.Dispose();
            _openBus?.Dispose();
            NativeMemory.AlignedFree(_cpu);
        }
    }

    void ICodeObserver.FrameMarked(ulong frame)
    {
        SoftwareTlb.DropWriteTags(_cpu, (ulong)Memory.Base + (frame << PhysicalMemory.FrameShift));
        _beyondLimit.Clear();
    }

    void ICodeObserver.CodeFrameWritten(ulong frame) => _code.Drop(frame);

    /// <summary>The processor whose state this is.</summary>
    internal static Processor Of(CpuState* cpu) =>
        // Safety: Owner is the weak handle made in the constructor; a running processor is alive.
        (Processor)GCHandle.FromIntPtr(cpu->Owner).Target!;
}
