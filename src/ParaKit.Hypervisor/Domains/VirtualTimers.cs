namespace ParaKit.Hypervisor.Domains;

/// <summary>The timers of a virtual processor; all times are system time in nanoseconds. Xen public/vcpu.h, "VCPUOP_set_periodic_timer".</summary>
internal sealed class VirtualTimers
{
    /// <summary>Value of a timer that is not armed.</summary>
    public const ulong Never = ulong.MaxValue;

    /// <summary>Later moments (about nine years) count as never, so that no arithmetic on times overflows.</summary>
    private const ulong Horizon = 1UL << 58;

    /// <summary>When the single-shot timer fires (set_singleshot_timer, set_timer_op).</summary>
    public ulong SingleShot { get; set => field = Limit(value); } = Never;

    /// <summary>When poll gives up.</summary>
    public ulong PollTimeout { get; set => field = Limit(value); } = Never;

    /// <summary>Period, or 0 if the periodic timer is off.</summary>
    public ulong Period { get; private set; }

    /// <summary>When the periodic timer fires next.</summary>
    public ulong NextPeriodic { get; private set; } = Never;

    /// <summary>The next moment at which something happens.</summary>
    public ulong Next => Math.Min(NextOneTime, NextPeriodic);

    /// <summary>The next moment at which a timer fires that does not repeat.</summary>
    public ulong NextOneTime => Math.Min(SingleShot, PollTimeout);

    /// <summary>Starts the periodic timer.</summary>
    public void StartPeriodic(ulong now, ulong period)
    {
        Period = period;
        NextPeriodic = Limit(now + period);
    }

    /// <summary>Stops the periodic timer.</summary>
    public void StopPeriodic()
    {
        Period = 0;
        NextPeriodic = Never;
    }

    /// <summary>Disarms what is due and says whether VIRQ_TIMER is to be raised; late periods are not made up for.</summary>
    public bool TakeDue(ulong now)
    {
        var due = false;
        if (SingleShot <= now)
        {
            SingleShot = Never;
            due = true;
        }

        if (NextPeriodic <= now)
        {
            NextPeriodic = Limit(NextPeriodic + ((now - NextPeriodic) / Period * Period) + Period);
            due = true;
        }

        return due;
    }

    private static ulong Limit(ulong time) => time < Horizon ? time : Never;
}
