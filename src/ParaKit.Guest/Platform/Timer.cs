using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>The periodic tick: an 8254 timer natively, the timer VIRQ on Xen.</summary>
public static unsafe class Timer
{
    /// <summary>Interrupt line of the tick.</summary>
    public const int Line = 0;

    private const ushort Channel0 = 0x40;
    private const ushort Command = 0x43;
    private const byte RateGenerator = 0x34;
    private const uint InputHertz = 1193182;
    private const uint TimeStampLeaf = 0x15;

    /// <summary>Starts a tick of <paramref name="hertz"/> per second, 19 to 1000.</summary>
    [Sensitive("timer programming", Sensitivity.Platform, Deprivileged = "#GP(0): port output", Becomes = "hypercalls event_channel_op(EVTCHNOP_bind_virq) and vcpu_op(VCPUOP_set_singleshot_timer)", Paravirtual = typeof(ParavirtualTimer))]
    public static void Start(uint hertz)
    {
        uint divisor = InputHertz / hertz;
        X86.Out8(Command, RateGenerator);
        X86.Out8(Channel0, (byte)divisor);
        X86.Out8(Channel0, (byte)(divisor >> 8));
        InterruptController.Unmask(Line);
    }

    /// <summary>
    /// How many units of <see cref="X86.Rdtsc"/> make a second; 0 if the processor does not say. Intel SDM vol. 2A, "CPUID", leaf "Time Stamp
    /// Counter and Nominal Core Crystal Clock Information".
    /// </summary>
    [Sensitive("frequency of the time-stamp counter", Sensitivity.Platform, Deprivileged = "no trap: the machine's counter, not the domain's", Becomes = "1,000,000,000: system time is in nanoseconds", Paravirtual = typeof(ParavirtualTimer))]
    public static ulong TimeStampHertz()
    {
        CpuidResult result;
        X86.Cpuid(0, 0, &result);
        if (result.Eax < TimeStampLeaf)
        {
            return 0;
        }

        X86.Cpuid(TimeStampLeaf, 0, &result);
        return result.Eax == 0 ? 0 : (ulong)result.Ecx * result.Ebx / result.Eax;
    }
}
