using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <content>Segment registers: moves, pushes and pops, and the far transfers that load CS (Intel SDM vol. 2, "MOV", "PUSH", "POP", "CALL", "JMP", "RET").</content>
public static unsafe partial class X86
{
    /// <summary>Reads CS; its lowest two bits are the privilege level.</summary>
    [Sensitive("mov r16, cs", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the privilege level in the selector is not 0", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_cs")]
    public static extern ushort ReadCs();

    /// <summary>Reads SS.</summary>
    [Sensitive("mov r16, ss", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: the privilege level in the selector is not 0", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_ss")]
    public static extern ushort ReadSs();

    /// <summary>Reads DS.</summary>
    [Sensitive("mov r16, ds", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: what the hypervisor left in the register", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_ds")]
    public static extern ushort ReadDs();

    /// <summary>Reads ES.</summary>
    [Sensitive("mov r16, es", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: what the hypervisor left in the register", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_es")]
    public static extern ushort ReadEs();

    /// <summary>Reads FS.</summary>
    [Sensitive("mov r16, fs", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: what the hypervisor left in the register", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_fs")]
    public static extern ushort ReadFs();

    /// <summary>Reads GS.</summary>
    [Sensitive("mov r16, gs", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: what the hypervisor left in the register", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_read_gs")]
    public static extern ushort ReadGs();

    /// <summary>Loads SS with a selector of the current global descriptor table.</summary>
    [Sensitive("mov ss, r16", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; otherwise a descriptor of the hypervisor's table", Becomes = "remembered only: Xen runs kernels with a flat stack segment", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_ss")]
    public static extern void WriteSs(ushort selector);

    /// <summary>Loads DS with a selector of the current global descriptor table.</summary>
    [Sensitive("mov ds, r16", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; otherwise a descriptor of the hypervisor's table", Becomes = "remembered only: the segment is flat anyway", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_ds")]
    public static extern void WriteDs(ushort selector);

    /// <summary>Loads ES with a selector of the current global descriptor table.</summary>
    [Sensitive("mov es, r16", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; otherwise a descriptor of the hypervisor's table", Becomes = "remembered only: the segment is flat anyway", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_es")]
    public static extern void WriteEs(ushort selector);

    /// <summary>Loads FS with a selector of the current global descriptor table; the base becomes the descriptor's.</summary>
    [Sensitive("mov fs, r16", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; otherwise a descriptor of the hypervisor's table", Becomes = "hypercall set_segment_base with the base in the kernel's own table", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_fs")]
    public static extern void WriteFs(ushort selector);

    /// <summary>Loads GS with a selector of the current global descriptor table; the base becomes the descriptor's.</summary>
    [Sensitive("mov gs, r16", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; otherwise a descriptor of the hypervisor's table", Becomes = "hypercall set_segment_base with the base in the kernel's own table", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_write_gs")]
    public static extern void WriteGs(ushort selector);

    /// <summary>Reads FS by a push.</summary>
    [Sensitive("push fs", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: what the hypervisor left in the register", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_push_fs")]
    public static extern ushort PushFs();

    /// <summary>Loads FS by a pop, like <see cref="WriteFs"/>.</summary>
    [Sensitive("pop fs", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; otherwise a descriptor of the hypervisor's table", Becomes = "hypercall set_segment_base with the base in the kernel's own table", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_pop_fs")]
    public static extern void PopFs(ushort selector);

    /// <summary>Reads GS by a push.</summary>
    [Sensitive("push gs", Sensitivity.SensitiveUnprivileged, Deprivileged = "no trap: what the hypervisor left in the register", Becomes = "the selector that the kernel loaded last", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_push_gs")]
    public static extern ushort PushGs();

    /// <summary>Loads GS by a pop, like <see cref="WriteGs"/>.</summary>
    [Sensitive("pop gs", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; otherwise a descriptor of the hypervisor's table", Becomes = "hypercall set_segment_base with the base in the kernel's own table", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_pop_gs")]
    public static extern void PopGs(ushort selector);

    /// <summary>Loads CS by a far return to what follows the call.</summary>
    /// <param name="code">Selector of 64-bit code.</param>
    [Sensitive("retfq", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0; a visible RPL of 3 otherwise", Becomes = "remembered only: Xen runs kernels with flat code", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_far_return")]
    public static extern void FarReturn(ushort code);

    /// <summary>Loads CS by a far jump, through a pointer in memory, to what follows the call.</summary>
    /// <param name="code">Selector of 64-bit code.</param>
    [Sensitive("jmp m16:64", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0, call gates lead into the hypervisor's table; a visible RPL of 3 otherwise", Becomes = "remembered only: Xen runs kernels with flat code", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_far_jump")]
    public static extern void FarJump(ushort code);

    /// <summary>Runs <paramref name="target"/> by a far call, through a pointer in memory; it returns to the CS from before. Processors of AMD have only 32-bit offsets there.</summary>
    /// <param name="code">Selector of 64-bit code.</param>
    /// <param name="target">What to run.</param>
    [Sensitive("call m16:64", Sensitivity.SensitiveUnprivileged, Deprivileged = "#GP for selectors of ring 0, call gates lead into the hypervisor's table; the CS on the stack shows an RPL of 3 otherwise", Becomes = "a near call", Paravirtual = typeof(ParavirtualX86))]
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_x86_far_call")]
    public static extern void FarCall(ushort code, delegate*<void> target);
}
