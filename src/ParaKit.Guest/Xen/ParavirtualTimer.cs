using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Timer"/>.</summary>
public static unsafe class ParavirtualTimer
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Counterpart of <see cref="Timer.Start"/>.</summary>
    public static void Start(uint hertz)
    {
        var bind = new EventBindVirq { Virq = Virq.Timer, Vcpu = 0 };
        Hypercall.Require(Hypercall.EventChannelOp(EventChannelOperation.BindVirq, &bind), "binding of VIRQ_TIMER");
        ParavirtualInterrupts.Bind(bind.Port, Timer.Line);
        var timer = new VcpuSetPeriodicTimer { PeriodNanoseconds = NanosecondsPerSecond / hertz };
        Hypercall.Require(Hypercall.VcpuOp(VcpuOperation.SetPeriodicTimer, 0, &timer), "start of the periodic timer");
    }
}
