using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor;

/// <summary>A virtual processor as the scheduler of a physical one sees it.</summary>
internal sealed class ScheduledVcpu(ScheduledDomain owner, VirtualCpu vcpu, RunLoop loop)
{
    /// <summary>Its domain.</summary>
    public ScheduledDomain Owner => owner;

    /// <summary>Its domain.</summary>
    public Domain Domain => owner.Domain;

    /// <summary>The virtual processor.</summary>
    public VirtualCpu Vcpu => vcpu;

    /// <summary>What runs it.</summary>
    public RunLoop Loop => loop;

    /// <summary>The schedulers' number of it.</summary>
    public int Client { get; set; }

    /// <summary>The processor in whose queue it is; null before it is put into one, and after its end.</summary>
    public SimulatedCpu? Home { get; set; }

    /// <summary>Whether the scheduler takes it for one that can run.</summary>
    public bool IsQueued { get; set; }

    /// <summary>Whether its last turn was ended by others.</summary>
    public bool WasPreempted { get; set; }

    /// <summary>Whether its turn was cut short by one that woke.</summary>
    public bool MakesWay { get; set; }

    /// <summary>Who came when its last turn was cut short by one that woke.</summary>
    public ScheduledVcpu? MadeWayFor { get; set; }

    /// <summary>Nanoseconds that were used on its behalf while others had the processor: they count as if it had run in its next turn.</summary>
    public ulong Debt { get; set; }

    /// <summary>How long it could have run before its last turn began, in nanoseconds.</summary>
    public ulong Waited { get; set; }

    /// <summary>Whether a timer or a back end of it is due.</summary>
    public bool IsInterrupted => Math.Min(NextTimer, Domain.Backends.NextDeadline) <= vcpu.Clock.Now;

    /// <summary>Its periodic timer has fired in vain since somebody ran: nothing will come of it.</summary>
    public bool PeriodIsUseless { get; set; }

    /// <summary>What it was entitled to when the scheduler was last told.</summary>
    public SchedulingParameters Parameters { get; set; } = owner.Parameters;

    /// <summary>When its next timer is due that could wake it.</summary>
    public ulong NextTimer => PeriodIsUseless ? vcpu.Timers.NextOneTime : vcpu.Timers.Next;

    /// <summary>Whether it waits for an event.</summary>
    public bool IsBlocked => owner.End is null && !Domain.IsPaused && vcpu.Activity == VcpuActivity.Blocked;

    /// <summary>Whether it could run.</summary>
    public bool CanRun => owner.End is null && !Domain.IsPaused && vcpu.Activity == VcpuActivity.Runnable;

    /// <summary>Whether it goes on in its turn.</summary>
    public bool CanGoOn => CanRun && !vcpu.HasYielded;

    /// <summary>Whether an event has come, or it was brought up: what another processor can do for it.</summary>
    public bool IsAwoken => (CanRun && !IsQueued)
        || (IsBlocked && (vcpu.Info.NeedsDelivery || (vcpu.PolledPorts is { } ports && Array.Exists(ports, Domain.Shared.IsPending))));

    /// <summary>Whether it may run on a processor.</summary>
    public bool IsAllowedOn(SimulatedCpu cpu) => (owner.Parameters.Affinity & (1UL << cpu.Number)) != 0;

    /// <summary>Wakes it if it has what it waits for.</summary>
    public bool TryWake()
    {
        var period = vcpu.Timers.NextPeriodic;
        Domain.ActFor(vcpu);
        Domain.CatchUp();
        if (!Domain.HasWhatItWaitsFor)
        {
            // A period that did not wake it never will while nobody runs: nothing else changes.
            PeriodIsUseless |= vcpu.Timers.NextPeriodic != period;
            return false;
        }

        Domain.Unblock();
        return true;
    }
}
