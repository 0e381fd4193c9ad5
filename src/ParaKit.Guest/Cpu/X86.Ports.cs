using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <content>Port input and output.</content>
public static unsafe partial class X86
{
    /// <summary>Reads a byte from <paramref name="port"/>.</summary>
    [Sensitive("in al, dx", Sensitivity.Privileged, Deprivileged = "#GP(0) when CPL > IOPL", Becomes = "the console's line status; other ports stop the kernel", Paravirtual = typeof(ParavirtualX86))]
    public static byte In8(ushort port) => (byte)In8Raw(port);

    /// <summary>Reads 16 bits from <paramref name="port"/>.</summary>
    [Sensitive("in ax, dx", Sensitivity.Privileged, Deprivileged = "#GP(0) when CPL > IOPL", Becomes = "stops the kernel: no such device in a domain", Paravirtual = typeof(ParavirtualX86))]
    public static ushort In16(ushort port) => (ushort)In16Raw(port);

    /// <summary>Reads 32 bits from <paramref name="port"/>.</summary>
    [Sensitive("in eax, dx", Sensitivity.Privileged, Deprivileged = "#GP(0) when CPL > IOPL", Becomes = "stops the kernel: no such device in a domain", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_in32")]
    public static extern uint In32(ushort port);

    /// <summary>Writes a byte to <paramref name="port"/>.</summary>
    [Sensitive("out dx, al", Sensitivity.Privileged, Deprivileged = "#GP(0) when CPL > IOPL", Becomes = "hypercall console_io for the console's data port; other ports stop the kernel", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_out8")]
    public static extern void Out8(ushort port, byte value);

    /// <summary>Writes 16 bits to <paramref name="port"/>.</summary>
    [Sensitive("out dx, ax", Sensitivity.Privileged, Deprivileged = "#GP(0) when CPL > IOPL", Becomes = "stops the kernel: no such device in a domain", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_out16")]
    public static extern void Out16(ushort port, ushort value);

    /// <summary>Writes 32 bits to <paramref name="port"/>.</summary>
    [Sensitive("out dx, eax", Sensitivity.Privileged, Deprivileged = "#GP(0) when CPL > IOPL", Becomes = "stops the kernel: no such device in a domain", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_out32")]
    public static extern void Out32(ushort port, uint value);

    // A managed caller expects small results to be normalised, which the instruction does not do.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_in8")]
    private static extern uint In8Raw(ushort port);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_in16")]
    private static extern uint In16Raw(ushort port);
}
