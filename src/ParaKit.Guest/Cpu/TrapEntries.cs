using System.Runtime;
using System.Runtime.CompilerServices;

namespace ParaKit.Guest;

/// <summary>
/// Entry code that the linker provides, in the form that the image's mode needs: it builds a <see cref="TrapFrame"/>, calls the kernel's
/// <c>kernel_trap</c> and resumes the frame which that returns.
/// </summary>
public static unsafe class TrapEntries
{
    /// <summary>Number of vectors.</summary>
    public const int Count = 256;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_trap_entries")]
    private static extern void Table();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_syscall_entry")]
    private static extern void SystemCallEntry();

    /// <summary>Linear address of the entry of <paramref name="vector"/>.</summary>
    public static ulong Vector(int vector) => ((ulong*)(delegate*<void>)&Table)[vector];

    /// <summary>Linear address of the entry for SYSCALL.</summary>
    public static ulong SystemCall => (ulong)(delegate*<void>)&SystemCallEntry;
}
