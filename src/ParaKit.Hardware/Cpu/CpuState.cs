using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>
/// Everything one virtual processor is, as plain unmanaged data in one page-aligned block: general registers first,
/// then the fields every instruction touches (all within reach of an 8-bit or small displacement), then the rest of
/// the architectural state, then the software TLB.
/// </summary>
/// <remarks>
/// Fields are written freely by a host between runs. Two rules: after a change to CR0, CR3, CR4 or EFER call
/// <see cref="Processor.FlushTlb"/>, and change the privilege level through <see cref="Cpl"/>.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CpuState
{
    /// <summary>Entries of the software TLB; a power of two.</summary>
    internal const int TlbEntries = 512;

    /// <summary>Bytes of the buffer for read-modify-write accesses that cross a page; one FXSAVE image.</summary>
    internal const int StagingBytes = 512;

    /// <summary>RAX to R15.</summary>
    public GeneralRegisters Registers;

    // Lazy arithmetic flags; see Flags.
    internal ulong FlagsResult;
    internal ulong FlagsCarries;

    /// <summary>Instructions still allowed; already reduced by the whole block that is running.</summary>
    internal long Budget;

    /// <summary>Linear address of the page being executed; valid inside a run.</summary>
    internal ulong CodePage;

    /// <summary>Always zero: the base or index register of operands that have none.</summary>
    internal ulong Zero;

    /// <summary>Result of the address pseudo-instruction, for operands with a segment base and an index or 32-bit addressing.</summary>
    internal ulong ComputedAddress;

    /// <summary>Low bits of TLB tags at the current privilege level.</summary>
    internal ulong TlbKey;

    /// <summary>RFLAGS without the six arithmetic flags.</summary>
    internal ulong SystemFlags;

    /// <summary>First element of the decode cache.</summary>
    internal nint Instructions;

    /// <summary>Handle of the <see cref="Processor"/> that owns the block.</summary>
    internal nint Owner;

    /// <summary>Linear (CS base is zero) address of the next instruction; exact whenever the processor is not running.</summary>
    public ulong Rip;

    /// <summary>CS</summary>
    public SegmentRegister Cs;

    /// <summary>SS</summary>
    public SegmentRegister Ss;

    /// <summary>DS</summary>
    public SegmentRegister Ds;

    /// <summary>ES</summary>
    public SegmentRegister Es;

    /// <summary>FS</summary>
    public SegmentRegister Fs;

    /// <summary>GS</summary>
    public SegmentRegister Gs;

    /// <summary>LDTR</summary>
    public SegmentRegister Ldtr;

    /// <summary>TR</summary>
    public SegmentRegister Tr;

    /// <summary>XMM0 to XMM15; 16-byte aligned.</summary>
    public XmmRegisters Xmm;

    /// <summary>GDTR</summary>
    public DescriptorTableRegister Gdtr;

    /// <summary>IDTR</summary>
    public DescriptorTableRegister Idtr;

    /// <summary>CR0</summary>
    public ulong Cr0;

    /// <summary>CR2: linear address of the last delivered page fault.</summary>
    public ulong Cr2;

    /// <summary>CR3; a host that changes it calls <see cref="Processor.LoadCr3"/> instead.</summary>
    public ulong Cr3;

    /// <summary>CR4</summary>
    public ulong Cr4;

    /// <summary>CR8: task priority, of a processor without a local APIC, where nobody looks at it; with one it is the APIC's task-priority register.</summary>
    public ulong Cr8;

    /// <summary>IA32_EFER</summary>
    public ulong Efer;

    /// <summary>IA32_STAR</summary>
    public ulong Star;

    /// <summary>IA32_LSTAR: RIP after SYSCALL.</summary>
    public ulong Lstar;

    /// <summary>IA32_CSTAR: kept; unused without compatibility mode.</summary>
    public ulong Cstar;

    /// <summary>IA32_FMASK: RFLAGS bits that SYSCALL clears.</summary>
    public ulong FMask;

    /// <summary>IA32_KERNEL_GS_BASE: what SWAPGS exchanges.</summary>
    public ulong KernelGsBase;

    /// <summary>IA32_PAT: kept; memory types have no effect.</summary>
    public ulong Pat;

    /// <summary>IA32_TSC_AUX: what RDTSCP returns in ECX.</summary>
    public ulong TscAux;

    /// <summary>Added to the clock's cycles to give the time-stamp counter (after a write of IA32_TSC).</summary>
    public ulong TscOffset;

    /// <summary>DR0 to DR7.</summary>
    public DebugRegisters DebugRegisters;

    /// <summary>MXCSR</summary>
    public uint Mxcsr;

    /// <summary>x87 control word; kept for FXSAVE and FNSTCW.</summary>
    public ushort X87ControlWord;

    /// <summary>Interrupts are held off until the next instruction has retired (after STI, MOV SS, POP SS).</summary>
    public bool InterruptShadow;

    private byte _cpl;

    /// <summary>The observed instruction at RIP may execute.</summary>
    internal bool PassObserved;

    /// <summary>What the inner loop left behind when it stopped.</summary>
    internal PendingStop Stop;

    /// <summary>Linear address whose bytes are in <see cref="Staging"/>.</summary>
    internal ulong StagingAddress;

    /// <summary>Bytes of an access that crosses a page, until they are written back.</summary>
    internal fixed byte Staging[StagingBytes];

    // The software TLB. A tag is the linear page with the key of the privilege level in its low bits.
    internal fixed ulong ReadTags[TlbEntries];
    internal fixed ulong WriteTags[TlbEntries];
    internal fixed ulong FetchTags[TlbEntries];

    /// <summary>Host address minus linear address.</summary>
    internal fixed ulong Addends[TlbEntries];

    /// <summary>The <see cref="CodePage"/> structures behind the fetch tags.</summary>
    internal fixed ulong FetchPages[TlbEntries];

    /// <summary>Current privilege level, 0-3.</summary>
    public byte Cpl
    {
        readonly get => _cpl;
        set
        {
            _cpl = value;
            TlbKey = value == 3 ? SoftwareTlb.UserKey : SoftwareTlb.SupervisorKey;
        }
    }

    /// <summary>RFLAGS, put together from its lazy parts; bit 1 reads as one.</summary>
    public ulong Rflags
    {
        readonly get => SystemFlags | Flags.Arithmetic(in this) | Flags.AlwaysOne;
        set
        {
            SystemFlags = value & Flags.SystemMask;
            Flags.SetArithmetic(ref this, value);
        }
    }

    /// <summary>Copies everything but what belongs to one processor: its owner, its caches and a run in progress.</summary>
    internal static void CopyArchitecture(CpuState* from, CpuState* to)
    {
        (nint owner, nint instructions) = (to->Owner, to->Instructions);
        long bytes = (byte*)&from->Stop - (byte*)from;
        Buffer.MemoryCopy(from, to, bytes, bytes);
        (to->Owner, to->Instructions) = (owner, instructions);
        to->PassObserved = false;
    }

    /// <summary>Clears the whole state to zeros, keeping the owner; used at reset.</summary>
    internal void Clear()
    {
        (nint owner, nint instructions) = (Owner, Instructions);
        new Span<byte>(Unsafe.AsPointer(ref this), sizeof(CpuState)).Clear();
        (Owner, Instructions) = (owner, instructions);
        Cpl = 0;
    }
}
