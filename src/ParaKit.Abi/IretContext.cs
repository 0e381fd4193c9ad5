using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>
/// What the iret hypercall takes from the kernel stack, RSP pointing at <see cref="Rax"/> (<c>struct iret_context</c>).
/// Xen public/arch-x86/xen-x86_64.h, "HYPERVISOR_iret".
/// </summary>
/// <remarks>
/// CS with RPL 3 returns to user mode, any other RPL to kernel mode (which runs at level 3 all the same).
/// RFLAGS.IF becomes the inverse of the event mask.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public struct IretContext
{
    /// <summary>Flag: return as from a system call; RCX and R11 are not restored (VGCF_in_syscall).</summary>
    public const ulong InSyscall = 1 << 8;

    /// <summary>RAX to restore.</summary>
    public ulong Rax;
    /// <summary>R11 to restore.</summary>
    public ulong R11;
    /// <summary>RCX to restore.</summary>
    public ulong Rcx;
    /// <summary><see cref="InSyscall"/> or 0.</summary>
    public ulong Flags;
    /// <summary>RIP.</summary>
    public ulong Rip;
    /// <summary>CS.</summary>
    public ulong Cs;
    /// <summary>RFLAGS.</summary>
    public ulong Rflags;
    /// <summary>RSP.</summary>
    public ulong Rsp;
    /// <summary>SS.</summary>
    public ulong Ss;
}
