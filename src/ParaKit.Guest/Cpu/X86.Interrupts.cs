using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>
/// Machine operations named after their instructions (Intel SDM vol. 2, "Instruction Set Reference"). In native images each call
/// becomes the instruction itself, in place; in paravirtual images it becomes the counterpart named in its attribute.
/// </summary>
public static unsafe partial class X86
{
    /// <summary>Disables maskable interrupts.</summary>
    [Sensitive("cli", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "vcpu_info.evtchn_upcall_mask = 1", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_cli")]
    public static extern void Cli();

    /// <summary>Enables maskable interrupts after the next instruction.</summary>
    [Sensitive("sti", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "vcpu_info.evtchn_upcall_mask = 0, then an upcall if events are pending", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_sti")]
    public static extern void Sti();

    /// <summary>Stops the processor until an interrupt arrives.</summary>
    [Sensitive("hlt", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall sched_op(SCHEDOP_block)", Paravirtual = typeof(ParavirtualX86))]
    [MaySleep]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_hlt")]
    public static extern void Hlt();

    /// <summary>
    /// Enables maskable interrupts and stops the processor until one arrives, with nothing between: an interrupt that came since the kernel looked whether there is work
    /// still wakes it, which after <see cref="Sti"/> and <see cref="Hlt"/> it would not.
    /// </summary>
    [Sensitive("sti; hlt", Sensitivity.Privileged, Deprivileged = "#GP(0)", Becomes = "hypercall sched_op(SCHEDOP_block), which opens the event mask itself", Paravirtual = typeof(ParavirtualX86))]
    [MaySleep]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_sti_hlt")]
    public static extern void StiHlt();

    /// <summary>Reads RFLAGS.</summary>
    [Sensitive("pushfq", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: IF shows the hypervisor's flag, not the kernel's", Becomes = "arithmetic flags, with IF taken from vcpu_info.evtchn_upcall_mask", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_pushf")]
    public static extern ulong Pushf();

    /// <summary>Writes RFLAGS, IF included.</summary>
    [Sensitive("popfq", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the change of IF is dropped silently", Becomes = "Cli or Sti according to IF", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_popf")]
    public static extern void Popf(ulong flags);

    /// <summary>Resumes the context in <paramref name="frame"/>; does not return.</summary>
    [Sensitive("iretq", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap for equal privilege: IF and IOPL are not restored; #GP for a return to ring 0", Becomes = "hypercall iret", Paravirtual = typeof(ParavirtualX86))]
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_iretq")]
    public static extern void Iretq(TrapFrame* frame);

    /// <summary>Software interrupt: enters the handler of <paramref name="vector"/>.</summary>
    [Sensitive("int n", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for gates of ring 0, as if the kernel were a program; otherwise the hypervisor's handler", Becomes = "int n, which Xen completes for the kernel's own gates", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_int")]
    public static extern void Int(byte vector);

    /// <summary>Breakpoint exception.</summary>
    [Sensitive("int3", Sensitivity.Innocuous)]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_int3")]
    public static extern void Int3();

    /// <summary>Hint that this is a spin loop.</summary>
    [Sensitive("pause", Sensitivity.Innocuous)]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_pause")]
    public static extern void Pause();
}
