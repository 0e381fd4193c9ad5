using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <content>Descriptor tables, the task register and GS.</content>
public static unsafe partial class X86
{
    /// <summary>Loads the global descriptor table.</summary>
    [Sensitive("lgdt", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall set_gdt with a read-only copy of the code and data descriptors", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_lgdt")]
    public static extern void Lgdt(DescriptorTablePointer* table);

    /// <summary>Loads the interrupt descriptor table.</summary>
    [Sensitive("lidt", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall set_trap_table with the gates' handlers", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_lidt")]
    public static extern void Lidt(DescriptorTablePointer* table);

    /// <summary>Loads the task register with <paramref name="selector"/>.</summary>
    [Sensitive("ltr", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "nothing: Xen has the only task state segment", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_ltr")]
    public static extern void Ltr(ushort selector);

    /// <summary>Loads the data segment registers and CS with selectors of the current global descriptor table.</summary>
    [Sensitive("mov sreg, r16 / retfq", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; a visible RPL of 3 otherwise", Becomes = "nothing: Xen starts guests with flat segments", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_load_segments")]
    public static extern void LoadSegments(ushort code, ushort data);

    /// <summary>Exchanges the GS base with IA32_KERNEL_GS_BASE.</summary>
    [Sensitive("swapgs", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "nothing: Xen switches the GS base between kernel and user mode", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_swapgs")]
    public static extern void Swapgs();

    /// <summary>Sets the stack on which the kernel is entered from user mode.</summary>
    /// <param name="task">The loaded task state segment.</param>
    /// <param name="top">Linear address one past the stack's end, 16-byte aligned.</param>
    [Sensitive("store to tss.rsp0", Sensitivity.SensitiveStore, Deprivileged = "no trap: the processor does not read the kernel's segment", Becomes = "hypercall stack_switch", Paravirtual = typeof(ParavirtualX86))]
    public static void SetKernelStack(TaskStateSegment* task, ulong top) => task->Rsp0 = top;

    /// <summary>Selector of kernel code, as it appears in trap frames.</summary>
    [Sensitive("kernel code selector", Sensitivity.Platform, Deprivileged = "names a descriptor of ring 0, which a deprivileged kernel cannot return to", Becomes = "FLAT_KERNEL_CS with RPL 0, which the iret hypercall takes as kernel mode", Paravirtual = typeof(ParavirtualX86))]
    public static ushort KernelCodeSelector() => Gdt.KernelCode;

    /// <summary>Selector of kernel data, as it appears in trap frames.</summary>
    [Sensitive("kernel data selector", Sensitivity.Platform, Deprivileged = "names a descriptor of ring 0, which a deprivileged kernel cannot return to", Becomes = "FLAT_KERNEL_SS", Paravirtual = typeof(ParavirtualX86))]
    public static ushort KernelDataSelector() => Gdt.KernelData;

    /// <summary>Selector of user code, as it appears in trap frames.</summary>
    [Sensitive("user code selector", Sensitivity.Platform, Deprivileged = "names a descriptor that the hypervisor's table may not have", Becomes = "FLAT_USER_CS", Paravirtual = typeof(ParavirtualX86))]
    public static ushort UserCodeSelector() => Gdt.UserCode;

    /// <summary>Selector of user data, as it appears in trap frames.</summary>
    [Sensitive("user data selector", Sensitivity.Platform, Deprivileged = "names a descriptor that the hypervisor's table may not have", Becomes = "FLAT_USER_SS", Paravirtual = typeof(ParavirtualX86))]
    public static ushort UserDataSelector() => Gdt.UserData;
}
