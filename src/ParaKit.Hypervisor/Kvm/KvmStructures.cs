using System.Runtime.InteropServices;

namespace ParaKit.Hypervisor.Kvm;

/// <summary>General registers. Linux "The Definitive KVM API Documentation", KVM_GET_REGS.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KvmRegisters
{
    public ulong Rax, Rbx, Rcx, Rdx, Rsi, Rdi, Rsp, Rbp;
    public ulong R8, R9, R10, R11, R12, R13, R14, R15;
    public ulong Rip;
    public ulong Rflags;
}

/// <summary>A segment register with its hidden part; 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KvmSegment
{
    public ulong Base;
    public uint Limit;
    public ushort Selector;
    public byte Type, Present, Dpl, Db, S, L, G, Avl, Unusable;
    private readonly byte _padding;
}

/// <summary>GDTR or IDTR; 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal struct KvmDescriptorTable
{
    public ulong Base;
    public ushort Limit;
}

/// <summary>Segments and control registers. KVM_GET_SREGS; 312 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct KvmSpecialRegisters
{
    public KvmSegment Cs, Ds, Es, Fs, Gs, Ss, Tr, Ldt;
    public KvmDescriptorTable Gdt, Idt;
    public ulong Cr0, Cr2, Cr3, Cr4, Cr8, Efer, ApicBase;
    public fixed ulong InterruptBitmap[4];
}

/// <summary>Guest-physical memory that is host memory. KVM_SET_USER_MEMORY_REGION; 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KvmMemoryRegion
{
    public uint Slot;
    public uint Flags;
    public ulong GuestPhysicalAddress;
    public ulong Bytes;
    public ulong HostAddress;
}

/// <summary>What a virtual processor and its user share. "struct kvm_run"; only what is used.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct KvmRun
{
    [FieldOffset(0)] public byte RequestInterruptWindow;
    [FieldOffset(8)] public uint ExitReason;
    [FieldOffset(12)] public byte ReadyForInterruptInjection;
    [FieldOffset(13)] public byte InterruptFlag;

    // KVM_EXIT_IO
    [FieldOffset(32)] public byte IsWrite;
    [FieldOffset(33)] public byte Width;
    [FieldOffset(34)] public ushort Port;
    [FieldOffset(36)] public uint Count;
    [FieldOffset(40)] public ulong DataOffset;

    // KVM_EXIT_MMIO
    [FieldOffset(40)] public fixed byte MmioData[8];
    [FieldOffset(52)] public byte MmioIsWrite;

    // KVM_EXIT_INTERNAL_ERROR, KVM_EXIT_FAIL_ENTRY
    [FieldOffset(32)] public uint Suberror;
    [FieldOffset(32)] public ulong EntryFailureReason;
}

/// <summary>Why KVM_RUN returned. "exit_reason".</summary>
internal enum KvmExit : uint
{
    /// <summary>KVM_EXIT_IO</summary>
    Io = 2,

    /// <summary>KVM_EXIT_HLT</summary>
    Halt = 5,

    /// <summary>KVM_EXIT_MMIO</summary>
    Mmio = 6,

    /// <summary>KVM_EXIT_IRQ_WINDOW_OPEN</summary>
    InterruptWindowOpen = 7,

    /// <summary>KVM_EXIT_SHUTDOWN</summary>
    Shutdown = 8,

    /// <summary>KVM_EXIT_FAIL_ENTRY</summary>
    FailEntry = 9,

    /// <summary>KVM_EXIT_INTR</summary>
    Interrupted = 10,

    /// <summary>KVM_EXIT_INTERNAL_ERROR</summary>
    InternalError = 17,
}
