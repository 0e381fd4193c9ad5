using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>set_timer_op: arm the single-shot timer. Xen public/xen.h, "HYPERVISOR_set_timer_op".</summary>
internal static class SetTimerOp
{
    private const int FarFutureShift = 50;
    private const ulong FarFutureDelay = 100_000_000;

    /// <summary>
    /// absolute system time in nanoseconds, 0 to stop. Times more than two weeks away fire after 100 ms instead: guests pass
    /// them when their clocks have wrapped.
    /// </summary>
    [Hypercall(HypercallNumber.SetTimerOp)]
    public static long Invoke(ref HypercallContext context)
    {
        var timeout = context.Argument1;
        var now = context.Domain.Clock.Now;
        var isFar = (long)timeout < 0 || (timeout > now && (timeout - now) >> FarFutureShift != 0);
        context.Vcpu.Timers.SingleShot = timeout == 0 ? VirtualTimers.Never : isFar ? now + FarFutureDelay : timeout;
        return 0;
    }
}
