using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <content>Control registers and the TLB.</content>
public static unsafe partial class X86
{
    /// <summary>Reads CR0.</summary>
    [Sensitive("mov r64, cr0", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "the value Xen runs guests with, and the kernel's own TS", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_cr0")]
    public static extern ulong ReadCr0();

    /// <summary>Reads CR2, the linear address of the last page fault.</summary>
    [Sensitive("mov r64, cr2", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "vcpu_info.arch.cr2", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_cr2")]
    public static extern ulong ReadCr2();

    /// <summary>Reads CR3, the physical address of the top-level page table.</summary>
    [Sensitive("mov r64, cr3", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "the address given to the last WriteCr3", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_cr3")]
    public static extern ulong ReadCr3();

    /// <summary>Reads CR4.</summary>
    [Sensitive("mov r64, cr4", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "the value given to the last WriteCr4", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_cr4")]
    public static extern ulong ReadCr4();

    /// <summary>Reads CR8, the priority up to which interrupts wait (0 to 15).</summary>
    [Sensitive("mov r64, cr8", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "0: a domain has no local APIC", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_cr8")]
    public static extern ulong ReadCr8();

    /// <summary>Writes CR0.</summary>
    [Sensitive("mov cr0, r64", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall fpu_taskswitch for TS; the other bits belong to Xen", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_cr0")]
    public static extern void WriteCr0(ulong value);

    /// <summary>Switches to the page tables whose top level is at physical address <paramref name="value"/>, adopted before.</summary>
    [Sensitive("mov cr3, r64", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall mmuext_op(MMUEXT_NEW_BASEPTR, MMUEXT_NEW_USER_BASEPTR)", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_cr3")]
    public static extern void WriteCr3(ulong value);

    /// <summary>Writes CR4.</summary>
    [Sensitive("mov cr4, r64", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "remembered only: the features belong to Xen", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_cr4")]
    public static extern void WriteCr4(ulong value);

    /// <summary>Writes CR8: interrupts of priority <paramref name="value"/> and lower wait. Intel SDM vol. 3A, "Task Priority in IA-32e Mode".</summary>
    [Sensitive("mov cr8, r64", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "nothing for 0; a domain has no local APIC, so that other values end the kernel", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_cr8")]
    public static extern void WriteCr8(ulong value);

    /// <summary>Drops the TLB entry of the page with linear address <paramref name="address"/>.</summary>
    [Sensitive("invlpg", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall mmuext_op(MMUEXT_INVLPG_LOCAL)", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_invlpg")]
    public static extern void Invlpg(ulong address);
}
