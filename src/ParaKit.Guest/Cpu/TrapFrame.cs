using System.Runtime.InteropServices;

namespace ParaKit.Guest;

/// <summary>
/// An interrupted context as the entry code leaves it on the kernel stack: extended state, general registers, what happened,
/// and what the processor or Xen pushed. One layout for interrupts, exceptions and system calls, in every mode.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct TrapFrame
{
    /// <summary>Value of <see cref="Vector"/> for a system call through SYSCALL.</summary>
    public const ulong SystemCallVector = 0x100;

    /// <summary>Value of <see cref="Vector"/> for a Xen event upcall.</summary>
    public const ulong EventVector = 0x101;

    /// <summary>RFLAGS.IF.</summary>
    public const ulong InterruptFlag = 0x200;

    private const ulong ReservedFlag = 2;
    private const uint DefaultMxcsr = 0x1f80;
    private const ushort DefaultControlWord = 0x37f;
    private const int MxcsrOffset = 24;

    /// <summary>FXSAVE image: x87, MMX, XMM and MXCSR.</summary>
    public fixed byte Extended[512];

    /// <summary>R15.</summary>
    public ulong R15;

    /// <summary>R14.</summary>
    public ulong R14;

    /// <summary>R13.</summary>
    public ulong R13;

    /// <summary>R12.</summary>
    public ulong R12;

    /// <summary>R11.</summary>
    public ulong R11;

    /// <summary>R10.</summary>
    public ulong R10;

    /// <summary>R9.</summary>
    public ulong R9;

    /// <summary>R8.</summary>
    public ulong R8;

    /// <summary>RDI.</summary>
    public ulong Rdi;

    /// <summary>RSI.</summary>
    public ulong Rsi;

    /// <summary>RBP.</summary>
    public ulong Rbp;

    /// <summary>RBX.</summary>
    public ulong Rbx;

    /// <summary>RDX.</summary>
    public ulong Rdx;

    /// <summary>RCX.</summary>
    public ulong Rcx;

    /// <summary>RAX.</summary>
    public ulong Rax;

    /// <summary>Interrupt or exception vector, or one of the constants above.</summary>
    public ulong Vector;

    /// <summary>Error code of the exception, 0 if it has none.</summary>
    public ulong ErrorCode;

    /// <summary>Where the context continues.</summary>
    public ulong Rip;

    /// <summary>Code selector; its lowest two bits tell user from kernel mode.</summary>
    public ulong Cs;

    /// <summary>Flags; IF is the kernel's view in every mode.</summary>
    public ulong Rflags;

    /// <summary>Stack pointer.</summary>
    public ulong Rsp;

    /// <summary>Stack selector.</summary>
    public ulong Ss;

    /// <summary>Whether the context was in user mode.</summary>
    public readonly bool FromUser => (Cs & 3) == 3;

    /// <summary>Makes this frame the start of a kernel context with interrupts enabled.</summary>
    /// <param name="entry">Linear address of the first instruction.</param>
    /// <param name="stackTop">Initial stack pointer, as a call would leave it: 8 below a multiple of 16.</param>
    /// <param name="argument">First argument, in RDI.</param>
    public void InitializeKernel(ulong entry, ulong stackTop, ulong argument) =>
        Initialize(entry, stackTop, argument, X86.KernelCodeSelector(), X86.KernelDataSelector());

    /// <summary>Makes this frame the start of a user context with interrupts enabled.</summary>
    /// <param name="entry">Linear address of the first instruction.</param>
    /// <param name="stackTop">Initial stack pointer, as a call would leave it: 8 below a multiple of 16.</param>
    /// <param name="argument">First argument, in RDI.</param>
    public void InitializeUser(ulong entry, ulong stackTop, ulong argument) =>
        Initialize(entry, stackTop, argument, X86.UserCodeSelector(), X86.UserDataSelector());

    private void Initialize(ulong entry, ulong stackTop, ulong argument, ushort code, ushort stack)
    {
        this = default;
        fixed (byte* extended = Extended)
        {
            *(ushort*)extended = DefaultControlWord;
            *(uint*)(extended + MxcsrOffset) = DefaultMxcsr;
        }

        Rip = entry;
        Cs = code;
        Rflags = InterruptFlag | ReservedFlag;
        Rsp = stackTop;
        Ss = stack;
        Rdi = argument;
    }
}
