using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>Registers of a virtual processor (<c>cpu_user_regs</c>). Xen public/arch-x86/xen-x86_64.h, "cpu_user_regs".</summary>
[StructLayout(LayoutKind.Explicit, Size = 200)]
public struct CpuUserRegisters
{
    /// <summary>R15.</summary>
    [FieldOffset(0)] public ulong R15;
    /// <summary>R14.</summary>
    [FieldOffset(8)] public ulong R14;
    /// <summary>R13.</summary>
    [FieldOffset(16)] public ulong R13;
    /// <summary>R12.</summary>
    [FieldOffset(24)] public ulong R12;
    /// <summary>RBP.</summary>
    [FieldOffset(32)] public ulong Rbp;
    /// <summary>RBX.</summary>
    [FieldOffset(40)] public ulong Rbx;
    /// <summary>R11.</summary>
    [FieldOffset(48)] public ulong R11;
    /// <summary>R10.</summary>
    [FieldOffset(56)] public ulong R10;
    /// <summary>R9.</summary>
    [FieldOffset(64)] public ulong R9;
    /// <summary>R8.</summary>
    [FieldOffset(72)] public ulong R8;
    /// <summary>RAX.</summary>
    [FieldOffset(80)] public ulong Rax;
    /// <summary>RCX.</summary>
    [FieldOffset(88)] public ulong Rcx;
    /// <summary>RDX.</summary>
    [FieldOffset(96)] public ulong Rdx;
    /// <summary>RSI.</summary>
    [FieldOffset(104)] public ulong Rsi;
    /// <summary>RDI.</summary>
    [FieldOffset(112)] public ulong Rdi;
    /// <summary>Private to Xen.</summary>
    [FieldOffset(120)] public uint ErrorCode;
    /// <summary>Private to Xen.</summary>
    [FieldOffset(124)] public uint EntryVector;
    /// <summary>RIP.</summary>
    [FieldOffset(128)] public ulong Rip;
    /// <summary>CS.</summary>
    [FieldOffset(136)] public ushort Cs;
    /// <summary>Event mask that goes with the registers.</summary>
    [FieldOffset(140)] public byte SavedUpcallMask;
    /// <summary>RFLAGS.</summary>
    [FieldOffset(144)] public ulong Rflags;
    /// <summary>RSP.</summary>
    [FieldOffset(152)] public ulong Rsp;
    /// <summary>SS.</summary>
    [FieldOffset(160)] public ushort Ss;
    /// <summary>ES.</summary>
    [FieldOffset(168)] public ushort Es;
    /// <summary>DS.</summary>
    [FieldOffset(176)] public ushort Ds;
    /// <summary>FS.</summary>
    [FieldOffset(184)] public ushort Fs;
    /// <summary>GS.</summary>
    [FieldOffset(192)] public ushort Gs;
}

/// <summary>
/// What a virtual processor starts with: the argument of VCPUOP_initialise (<c>vcpu_guest_context_t</c>). Xen public/arch-x86/xen.h, "vcpu_guest_context".
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public unsafe struct VcpuGuestContext
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 5168;
    /// <summary>Bit of <see cref="Flags"/>: the floating-point context is to be used (VGCF_I387_VALID).</summary>
    public const ulong FloatingPointValid = 1 << 0;
    /// <summary>Bit of <see cref="Flags"/>: it begins in the guest's kernel (VGCF_IN_KERNEL).</summary>
    public const ulong InKernel = 1 << 2;
    /// <summary>Bit of <see cref="Flags"/>: the failsafe callback closes the event mask (VGCF_failsafe_disables_events).</summary>
    public const ulong FailsafeMasksEvents = 1 << 3;
    /// <summary>Bit of <see cref="Flags"/>: the system call entry closes the event mask (VGCF_syscall_disables_events).</summary>
    public const ulong SyscallMasksEvents = 1 << 4;

    /// <summary>FXSAVE area.</summary>
    [FieldOffset(0)] public fixed byte FloatingPoint[512];
    /// <summary>VGCF_* bits.</summary>
    [FieldOffset(512)] public ulong Flags;
    /// <summary>Registers.</summary>
    [FieldOffset(520)] public CpuUserRegisters Registers;
    /// <summary>Virtual gates: 256 <see cref="TrapInfo"/>, by vector.</summary>
    [FieldOffset(720)] public fixed byte Traps[4096];
    /// <summary>Linear address of the local descriptor table.</summary>
    [FieldOffset(4816)] public ulong LdtBase;
    /// <summary>Its entries.</summary>
    [FieldOffset(4824)] public ulong LdtEntries;
    /// <summary>Machine frames of the global descriptor table.</summary>
    [FieldOffset(4832)] public fixed ulong GdtFrames[16];
    /// <summary>Its entries.</summary>
    [FieldOffset(4960)] public ulong GdtEntries;
    /// <summary>Stack selector for entries from user mode.</summary>
    [FieldOffset(4968)] public ulong KernelSs;
    /// <summary>Stack pointer for entries from user mode.</summary>
    [FieldOffset(4976)] public ulong KernelSp;
    /// <summary>Control registers: [3] is the kernel's top-level table, [1] that of user mode, as machine addresses.</summary>
    [FieldOffset(4984)] public fixed ulong ControlRegisters[8];
    /// <summary>Debug registers.</summary>
    [FieldOffset(5048)] public fixed ulong DebugRegisters[8];
    /// <summary>Entry for events.</summary>
    [FieldOffset(5112)] public ulong EventCallback;
    /// <summary>Entry for frames that cannot be returned to.</summary>
    [FieldOffset(5120)] public ulong FailsafeCallback;
    /// <summary>Entry for system calls.</summary>
    [FieldOffset(5128)] public ulong SyscallCallback;
    /// <summary>Assists, one bit per <see cref="VmAssistType"/>.</summary>
    [FieldOffset(5136)] public ulong VmAssists;
    /// <summary>FS base.</summary>
    [FieldOffset(5144)] public ulong FsBase;
    /// <summary>GS base of the kernel.</summary>
    [FieldOffset(5152)] public ulong GsBaseKernel;
    /// <summary>GS base of user mode.</summary>
    [FieldOffset(5160)] public ulong GsBaseUser;
}
