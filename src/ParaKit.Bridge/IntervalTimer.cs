using ParaKit.Abi;
using ParaKit.Guest.Xen;

/// <summary>Channel 0 of the 8254 interval timer, on Xen's single-shot timer. Intel 8254 data sheet, "Mode 2: Rate Generator".</summary>
internal static unsafe class IntervalTimer
{
    /// <summary>Input of the interrupt controllers.</summary>
    public const int Input = 0;

    /// <summary>Line number under which the event channel is bound; not the guest library's own timer, which would arm itself.</summary>
    public const int EventLine = 1;

    private const ulong InputHertz = 1193182;
    private const ulong NanosecondsPerSecond = 1_000_000_000;
    private const int FullCount = 0x10000;

    private static ulong s_period;
    private static ulong s_next;
    private static int s_divisor = FullCount;
    private static byte s_low;
    private static bool s_isHighNext;
    private static bool s_isBound;

    /// <summary>A write to the command port.</summary>
    public static void Command(byte value)
    {
        const int ChannelShift = 6;
        if (value >> ChannelShift == 0)
        {
            s_isHighNext = false;
        }
    }

    /// <summary>A write to channel 0: low byte, then high byte, which starts it.</summary>
    public static void Write(byte value)
    {
        if (!s_isHighNext)
        {
            s_low = value;
            s_isHighNext = true;
            return;
        }

        s_isHighNext = false;
        s_divisor = s_low | (value << 8);
        s_divisor = s_divisor == 0 ? FullCount : s_divisor;
        Start();
    }

    /// <summary>A read of channel 0: the count, low byte, then high byte.</summary>
    public static byte Read()
    {
        ulong left = s_period == 0 || s_next < Now() ? 0 : (s_next - Now()) * (ulong)s_divisor / s_period;
        s_isHighNext = !s_isHighNext;
        return (byte)(s_isHighNext ? left : left >> 8);
    }

    /// <summary>The event came: raises the interrupt and arms the next.</summary>
    public static void Tick()
    {
        InterruptControllers.Raise(Input);
        s_next += s_period;
        ulong now = Now();
        s_next = s_next <= now ? now + s_period : s_next;
        Arm();
    }

    private static void Start()
    {
        if (!s_isBound)
        {
            var bind = new EventBindVirq { Virq = Virq.Timer, Vcpu = 0 };
            Hypercall.Require(Hypercall.EventChannelOp(EventChannelOperation.BindVirq, &bind), "binding of VIRQ_TIMER");
            ParavirtualInterrupts.Bind(bind.Port, EventLine);
            Hypercall.Require(Hypercall.VcpuOp(VcpuOperation.StopPeriodicTimer, 0, null), "end of the boot timer");
            s_isBound = true;
        }

        s_period = (ulong)s_divisor * NanosecondsPerSecond / InputHertz;
        s_next = Now() + s_period;
        Arm();
    }

    private static void Arm()
    {
        var timer = new VcpuSetSingleshotTimer { TimeoutNanoseconds = s_next };
        Hypercall.Require(Hypercall.VcpuOp(VcpuOperation.SetSingleshotTimer, 0, &timer), "start of the timer");
    }

    private static ulong Now() => ParavirtualX86.Rdtsc();
}
