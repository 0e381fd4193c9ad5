using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <content>
/// What any program may ask about the processor's tables and mode unless CR4.UMIP forbids it (Intel SDM vol. 3A, "Control Registers").
/// </content>
public static unsafe partial class X86
{
    /// <summary>Stores limit and address of the global descriptor table.</summary>
    [Sensitive("sgdt", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: limit and address of the hypervisor's table; #GP(0) with CR4.UMIP", Becomes = "the operand of the last Lgdt", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_sgdt")]
    public static extern void Sgdt(DescriptorTablePointer* table);

    /// <summary>Stores limit and address of the interrupt descriptor table.</summary>
    [Sensitive("sidt", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: limit and address of the hypervisor's table; #GP(0) with CR4.UMIP", Becomes = "the operand of the last Lidt", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_sidt")]
    public static extern void Sidt(DescriptorTablePointer* table);

    /// <summary>Selector of the local descriptor table; 0 when there is none.</summary>
    [Sensitive("sldt", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the hypervisor's selector; #GP(0) with CR4.UMIP", Becomes = "0: the kernel has no local descriptor table", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_sldt")]
    public static extern ushort Sldt();

    /// <summary>Selector in the task register.</summary>
    [Sensitive("str", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the selector of the hypervisor's task state segment; #GP(0) with CR4.UMIP", Becomes = "the selector given to the last Ltr", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_str")]
    public static extern ushort Str();

    /// <summary>Machine status word: the low half of CR0.</summary>
    [Sensitive("smsw", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the machine's CR0, its TS included; #GP(0) with CR4.UMIP", Becomes = "the low word of ReadCr0", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_smsw")]
    public static extern ushort Smsw();

    /// <summary>
    /// Access rights of the descriptor behind <paramref name="selector"/>, at the bits where the descriptor's upper half has them (bits 16
    /// to 19 are undefined); 0 if the descriptor may not be seen.
    /// </summary>
    [Sensitive("lar", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the hypervisor's table, and ring-0 descriptors look invalid", Becomes = "the kernel's own table, seen from ring 0", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_lar")]
    public static extern uint Lar(ushort selector);

    /// <summary>Limit in bytes of the segment behind <paramref name="selector"/>; -1 if its descriptor may not be seen.</summary>
    [Sensitive("lsl", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the hypervisor's table, and ring-0 descriptors look invalid", Becomes = "the kernel's own table, seen from ring 0", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_lsl")]
    public static extern long Lsl(ushort selector);

    /// <summary>Whether the segment behind <paramref name="selector"/> may be read.</summary>
    [Sensitive("verr", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the hypervisor's table, and ring-0 segments look unreadable", Becomes = "the kernel's own table, seen from ring 0", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_verr")]
    public static extern bool Verr(ushort selector);

    /// <summary>Whether the segment behind <paramref name="selector"/> may be written.</summary>
    [Sensitive("verw", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the hypervisor's table, and ring-0 segments look unwritable", Becomes = "the kernel's own table, seen from ring 0", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_verw")]
    public static extern bool Verw(ushort selector);
}
