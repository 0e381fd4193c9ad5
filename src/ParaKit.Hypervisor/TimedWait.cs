using ParaKit.Abi;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor;

/// <summary>Lets virtual time pass for a sleeping domain. Timers and back ends are the only sources of events, so a wait can be known to be endless.</summary>
internal static class TimedWait
{
    /// <summary>Skips from timer to timer until the domain wakes. False if no timer can ever wake it; it then sleeps on.</summary>
    public static bool TryWait(Domain domain, VirtualClock clock)
    {
        var timers = domain.Vcpu.Timers;
        var periodicIsUseless = false;
        while (!ShouldWake(domain))
        {
            domain.Backends.Serve(domain.Clock.Now);
            if (ShouldWake(domain))
            {
                break;
            }

            // A period that did not wake the domain never will: nothing else changes while it sleeps.
            var next = Math.Min(periodicIsUseless ? timers.NextOneTime : timers.Next, domain.Backends.NextDeadline);
            if (next == VirtualTimers.Never)
            {
                return false;
            }

            clock.AdvanceToNanoseconds(next);
            if (timers.TakeDue(domain.Clock.Now))
            {
                domain.Events.Raise(Virq.Timer);
                periodicIsUseless = timers.Period != 0;
            }
        }

        domain.Shared.WriteTime(domain.Clock.Capture());
        domain.Unblock();
        return true;
    }

    /// <summary>Whether a sleeping domain has what it waits for.</summary>
    public static bool ShouldWake(Domain domain) =>
        domain.Shared.NeedsDelivery
        || (domain.PolledPorts is { } ports
            && (Array.Exists(ports, domain.Shared.IsPending) || domain.Vcpu.Timers.PollTimeout <= domain.Clock.Now));
}
