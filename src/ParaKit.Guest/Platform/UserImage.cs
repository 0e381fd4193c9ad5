using System.Runtime;
using System.Runtime.CompilerServices;

namespace ParaKit.Guest;

/// <summary>
/// The user program inside the kernel image: everything that the method exported as <c>user_main</c> reaches, linked for user addresses.
/// The kernel maps copies of its pages and starts at <see cref="BaseAddress"/>'s entry.
/// </summary>
public static unsafe class UserImage
{
    /// <summary>Linear address for which the program is linked, and of its first instruction.</summary>
    public const ulong BaseAddress = 0x400000;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_user_start")]
    private static extern void StartSymbol();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_user_data")]
    private static extern void DataSymbol();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_user_end")]
    private static extern void EndSymbol();

    /// <summary>The program's bytes in the kernel image.</summary>
    public static byte* Start => StartAddress();

    /// <summary>Size in bytes, whole pages.</summary>
    public static ulong Size => (ulong)(EndAddress() - StartAddress());

    /// <summary>Offset of the first page that the program may write.</summary>
    public static ulong DataOffset => (ulong)(DataAddress() - StartAddress());

    // The compiler folds the difference of two symbol addresses with its own, provisional values; a call keeps them apart.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* StartAddress() => (byte*)(delegate*<void>)&StartSymbol;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* DataAddress() => (byte*)(delegate*<void>)&DataSymbol;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* EndAddress() => (byte*)(delegate*<void>)&EndSymbol;

    /// <summary>The SYSCALL instruction, for the user program: number in RAX, arguments in RDI, RSI and RDX, result in RAX.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_user_syscall")]
    public static extern ulong SystemCall(ulong number, ulong first, ulong second, ulong third = 0);
}
