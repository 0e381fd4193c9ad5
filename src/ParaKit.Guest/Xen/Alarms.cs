using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Two alarm timers of a domain, one in real and one in virtual time. Both are driven by the one single-shot timer of Xen: when it fires before the virtual
/// alarm is due, because others had the processor, it is armed again for the rest. Instead of <see cref="Timer"/>, not besides it.
/// </summary>
public static unsafe class Alarms
{
    private const ulong Never = ulong.MaxValue;

    private static EventChannel s_channel;
    private static ulong s_real = Never;
    private static ulong s_virtual = Never;

    /// <summary>Takes the timer. Once, before anything else here.</summary>
    /// <returns><see cref="Errno.None"/>, or why not: EEXIST if the timer is used otherwise.</returns>
    public static Errno TryInitialize()
    {
        s_real = Never;
        s_virtual = Never;
        Errno result = EventChannel.BindVirq(Virq.Timer, out s_channel);
        if (result == Errno.None)
        {
            s_channel.Mask();
            Hypercall.VcpuOp(VcpuOperation.StopPeriodicTimer, 0, null);
        }

        return result;
    }

    /// <summary>Sets the real alarm to a moment of <see cref="Clocks.RealTime"/>.</summary>
    public static void SetReal(ulong time)
    {
        s_real = time;
        Arm();
    }

    /// <summary>Sets the virtual alarm to a moment of <see cref="Clocks.VirtualTime"/>.</summary>
    public static void SetVirtual(ulong time)
    {
        s_virtual = time;
        Arm();
    }

    /// <summary>Whether an alarm has gone off since this was asked last; it is then unset.</summary>
    /// <param name="isReal">Whether the real one has.</param>
    /// <param name="isVirtual">Whether the virtual one has.</param>
    public static bool TryTake(out bool isReal, out bool isVirtual)
    {
        isReal = false;
        isVirtual = false;
        if (!s_channel.TryTake())
        {
            return false;
        }

        isReal = Clocks.RealTime >= s_real;
        isVirtual = s_virtual != Never && Clocks.VirtualTime >= s_virtual;
        s_real = isReal ? Never : s_real;
        s_virtual = isVirtual ? Never : s_virtual;
        Arm();
        return isReal || isVirtual;
    }

    /// <summary>Sleeps until the real alarm goes off, or another event comes; virtual time rests meanwhile.</summary>
    public static void Sleep()
    {
        uint port = s_channel.Port;
        SchedulerPoll poll = new() { Ports = (ulong)(&port), PortCount = 1 };
        Hypercall.SchedulerOp(SchedulerOperation.Poll, &poll);
    }

    private static void Arm()
    {
        ulong next = s_real;
        if (s_virtual != Never)
        {
            ulong ran = Clocks.VirtualTime;
            ulong due = Clocks.RealTime + (s_virtual > ran ? s_virtual - ran : 0);
            next = due < next ? due : next;
        }

        if (next == Never)
        {
            Hypercall.VcpuOp(VcpuOperation.StopSingleshotTimer, 0, null);
            return;
        }

        var timer = new VcpuSetSingleshotTimer { TimeoutNanoseconds = next };
        Hypercall.Require(Hypercall.VcpuOp(VcpuOperation.SetSingleshotTimer, 0, &timer), "start of the timer");
    }
}
