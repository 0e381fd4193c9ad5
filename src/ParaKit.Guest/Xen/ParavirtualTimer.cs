using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Counterparts of <see cref="Timer"/>. Xen's periodic timer rests while the domain is blocked, so each tick arms a single shot for
/// the next: that one also wakes.
/// </summary>
public static unsafe class ParavirtualTimer
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private static ulong s_period;
    private static ulong s_next;

    /// <summary>Counterpart of <see cref="Timer.Start"/>.</summary>
    public static void Start(uint hertz)
    {
        ParavirtualInterrupts.Open(Timer.Line, Virq.Timer);
        Hypercall.Require(Hypercall.VcpuOp(VcpuOperation.StopPeriodicTimer, 0, null), "end of the boot timer");
        s_period = NanosecondsPerSecond / hertz;
        s_next = ParavirtualX86.Rdtsc();
        ArmNext();
    }

    /// <summary>Counterpart of <see cref="Timer.TimeStampHertz"/>.</summary>
    public static ulong TimeStampHertz() => NanosecondsPerSecond;

    /// <summary>Arms the next tick: one period after the last, or after now if that has passed.</summary>
    internal static void ArmNext()
    {
        ulong now = ParavirtualX86.Rdtsc();
        s_next += s_period;
        if (s_next <= now)
        {
            s_next = now + s_period;
        }

        var timer = new VcpuSetSingleshotTimer { TimeoutNanoseconds = s_next };
        Hypercall.Require(Hypercall.VcpuOp(VcpuOperation.SetSingleshotTimer, 0, &timer), "start of the timer");
    }
}
