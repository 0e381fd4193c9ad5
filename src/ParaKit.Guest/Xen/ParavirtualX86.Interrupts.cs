using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="X86"/>: what a kernel on Xen does instead of the privileged instruction.</summary>
public static unsafe partial class ParavirtualX86
{
    private const byte Masked = 1;

    /// <summary>Counterpart of <see cref="X86.Cli"/>.</summary>
    public static void Cli() => Volatile.Write(ref Domain.Vcpu->EventUpcallMask, Masked);

    /// <summary>Counterpart of <see cref="X86.Sti"/>.</summary>
    public static void Sti()
    {
        Volatile.Write(ref Domain.Vcpu->EventUpcallMask, 0);

        // An event that came while masked set only the pending flag: look after unmasking, never before.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref Domain.Vcpu->EventUpcallPending) != 0)
        {
            ForceUpcall();
        }
    }

    /// <summary>Counterpart of <see cref="X86.Hlt"/>. Blocking opens the event mask, so a halt with interrupts off stops the processor instead.</summary>
    public static void Hlt()
    {
        if (Volatile.Read(ref Domain.Vcpu->EventUpcallMask) != 0)
        {
            Hypercall.VcpuOp(VcpuOperation.Down, 0, null);
            return;
        }

        Hypercall.SchedulerOp(SchedulerOperation.Block, null);
    }

    /// <summary>Counterpart of <see cref="X86.StiHlt"/>.</summary>
    public static void StiHlt() => Hypercall.SchedulerOp(SchedulerOperation.Block, null);

    /// <summary>Counterpart of <see cref="X86.Pushf"/>.</summary>
    public static ulong Pushf() =>
        (PushfRaw() & ~TrapFrame.InterruptFlag) | (Volatile.Read(ref Domain.Vcpu->EventUpcallMask) == 0 ? TrapFrame.InterruptFlag : 0);

    /// <summary>Counterpart of <see cref="X86.Popf"/>.</summary>
    public static void Popf(ulong flags)
    {
        if ((flags & TrapFrame.InterruptFlag) != 0)
        {
            Sti();
        }
        else
        {
            Cli();
        }
    }

    /// <summary>Counterpart of <see cref="X86.Iretq"/>.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_pv_iretq")]
    public static extern void Iretq(TrapFrame* frame);

    /// <summary>Counterpart of <see cref="X86.Int"/>: Xen takes the #GP and enters the gate (xen/arch/x86/pv/traps.c, "arbitrary INT n handling").</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_pv_int")]
    public static extern void Int(byte vector);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_pv_pushf")]
    private static extern ulong PushfRaw();

    private static void ForceUpcall() => Hypercall.XenVersion(VersionOperation.Version, null);
}
