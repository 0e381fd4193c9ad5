using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor;

/// <summary>
/// Virtual processors of several domains on the processors of one machine. The one whose time is least goes first, and never further than a little beyond the
/// others: an interleaving that is always the same. Nobody idles while somebody waits who may run there.
/// </summary>
internal sealed class SharedProcessors(IReadOnlyList<SimulatedCpu> cpus)
{
    /// <summary>How far the clocks of busy processors go apart, in nanoseconds, beyond what cannot be interrupted: 10 µs.</summary>
    public const ulong Quantum = 10_000;

    private readonly List<ScheduledDomain> _domains = [];
    private int _clients;

    /// <summary>The processors.</summary>
    public IReadOnlyList<SimulatedCpu> Cpus => cpus;

    /// <summary>The domains that have not ended.</summary>
    public IReadOnlyList<ScheduledDomain> Domains => _domains;

    /// <summary>Time of the processor that is furthest, in nanoseconds.</summary>
    public ulong Now => cpus.Max(cpu => cpu.Clock.Nanoseconds);

    /// <summary>When something happens next on any of them, in nanoseconds; <see cref="VirtualTimers.Never"/> if nothing will.</summary>
    public ulong NextMoment
    {
        get
        {
            Earliest(except: null, out var moment);
            return moment;
        }
    }

    /// <summary>Cycles that the processors charged to domains; with the idle ones, all that passed.</summary>
    public ulong Charged => cpus.Aggregate(0UL, (sum, cpu) => sum + cpu.ChargedCycles);

    /// <summary>Called at each scheduling point; for tests.</summary>
    public Action? AtSchedulingPoint { get; set; }

    /// <summary>Checks what a domain is to be entitled to.</summary>
    /// <exception cref="ArgumentException">It may run on no processor that there is, or a parameter is out of range.</exception>
    public void Check(SchedulingParameters parameters)
    {
        parameters.Check();
        if (!cpus.Any(cpu => (parameters.Affinity & (1UL << cpu.Number)) != 0))
        {
            throw new ArgumentException($"A domain is pinned to processors of which the machine, with {cpus.Count}, has none.");
        }
    }

    /// <summary>The least loaded of the processors on which a domain may run: where a new one comes.</summary>
    public SimulatedCpu Lightest(SchedulingParameters parameters) =>
        cpus.Where(cpu => (parameters.Affinity & (1UL << cpu.Number)) != 0).MinBy(cpu => (cpu.Load, cpu.Vcpus.Count))!;

    /// <summary>Adds a domain, which can run at once.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="buildCycles">What it took to build it.</param>
    /// <param name="builtOn">Where that was; null for the first processor.</param>
    /// <exception cref="ArgumentException">It may run on no processor that there is, or a parameter is out of range.</exception>
    public void Add(ScheduledDomain domain, ulong buildCycles, SimulatedCpu? builtOn = null)
    {
        Check(domain.Parameters);
        (builtOn ?? cpus[0]).Charge(domain, buildCycles);
        _domains.Add(domain);
        foreach (var vcpu in domain.Vcpus)
        {
            vcpu.Client = _clients++;
            Place(vcpu);
        }
    }

    /// <summary>Tells the schedulers what has changed from outside: paused, unpaused, destroyed, or entitled to something else.</summary>
    public void Update(ScheduledDomain domain)
    {
        if (!domain.Domain.IsAlive)
        {
            domain.End ??= RunEnd.DomainEnded;
        }

        if (domain.End is not null)
        {
            Remove(domain);
            return;
        }

        foreach (var vcpu in domain.Vcpus)
        {
            if (!vcpu.IsAllowedOn(vcpu.Home!))
            {
                vcpu.Home!.Remove(vcpu);
                Place(vcpu);
            }

            vcpu.Home!.Update(vcpu);
        }
    }

    /// <summary>Runs until nothing happens before a moment, or a domain has ended.</summary>
    /// <param name="until">The moment, in nanoseconds.</param>
    /// <returns>Whether something was done; if not, all wait.</returns>
    public bool TryStep(ulong until)
    {
        var cpu = Earliest(except: null, out var moment);
        if (moment >= until || moment == VirtualTimers.Never)
        {
            return false;
        }

        Earliest(except: cpu, out var other);
        cpu.IdleUntil(moment);
        var wasIdle = cpu.Current is null;
        var ended = cpu.Advance(Math.Min(until, other < VirtualTimers.Never - Quantum ? other + Quantum : VirtualTimers.Never));
        ChargeBackends(cpu);
        if (wasIdle && cpu.Current is not null)
        {
            ForgetPeriods();
        }

        Settle(cpu, ended);
        AtSchedulingPoint?.Invoke();
        return true;
    }

    /// <summary>Lets idle processors pass time until a moment that all have reached otherwise.</summary>
    public void IdleUntil(ulong nanoseconds)
    {
        foreach (var cpu in cpus)
        {
            cpu.IdleUntil(nanoseconds);
        }
    }

    /// <summary>Ends a domain.</summary>
    public void Remove(ScheduledDomain domain)
    {
        foreach (var vcpu in domain.Vcpus)
        {
            vcpu.Home?.Remove(vcpu);
            vcpu.Vcpu.Exits.Close();
        }

        _domains.Remove(domain);
    }

    /// <summary>What back ends did in a step, the processor on which it was does for whom it was.</summary>
    private void ChargeBackends(SimulatedCpu cpu)
    {
        foreach (var domain in _domains)
        {
            if (domain.Domain.Backends.Work.Owed != 0)
            {
                cpu.ChargeBackends(domain);
            }
        }
    }

    /// <summary>After a step: who has ended leaves, who was woken on another processor is queued there, and the load is spread.</summary>
    private void Settle(SimulatedCpu cpu, ScheduledVcpu? ended)
    {
        if (cpu.Last is { Owner: var ran } && (ran.End is not null || ran.UpHasChanged()))
        {
            Update(ran);
        }

        if (cpus.Count == 1)
        {
            return;
        }

        foreach (var idle in cpus)
        {
            if (idle.IsIdle && idle.Vcpus.Any(vcpu => vcpu.IsAwoken))
            {
                idle.IdleUntil(cpu.Clock.Nanoseconds);
                idle.WakeReady();
                ChargeBackends(idle);
            }
        }

        if (ended is { Home: not null })
        {
            MoveToLighter(ended);
        }

        foreach (var idle in cpus)
        {
            if (idle.IsIdle && Stealable(idle) is { } vcpu)
            {
                idle.IdleUntil(cpu.Clock.Nanoseconds);
                Move(vcpu, idle);
            }
        }
    }

    /// <summary>At the end of a turn: to a processor which then is not more loaded than this one stays without it. Where one has more to do than another, all take turns there.</summary>
    private void MoveToLighter(ScheduledVcpu vcpu)
    {
        var home = vcpu.Home!;
        var left = home.Load - vcpu.Parameters.Weight;
        SimulatedCpu? lightest = null;
        foreach (var cpu in cpus)
        {
            if (cpu != home && CanMove(vcpu, cpu) && cpu.Load <= left && (lightest is null || (cpu.Load, cpu.JoinedAt).CompareTo((lightest.Load, lightest.JoinedAt)) < 0))
            {
                lightest = cpu;
            }
        }

        if (lightest is not null && left > 0)
        {
            Move(vcpu, lightest);
        }
    }

    /// <summary>Who waits elsewhere for others to end their turns and may run here: of the longest queue the first.</summary>
    private ScheduledVcpu? Stealable(SimulatedCpu idle)
    {
        var (most, found) = (0, (ScheduledVcpu?)null);
        foreach (var cpu in cpus)
        {
            var waiting = cpu.Waiting.Count() - (cpu.Current is null ? 1 : 0);
            if (cpu != idle && waiting > most && cpu.Waiting.FirstOrDefault(vcpu => CanMove(vcpu, idle)) is { } vcpu)
            {
                (most, found) = (waiting, vcpu);
            }
        }

        return found;
    }

    /// <summary>Who has a cap stays where it is counted.</summary>
    private static bool CanMove(ScheduledVcpu vcpu, SimulatedCpu cpu) => vcpu.Parameters.Cap == 0 && vcpu.IsAllowedOn(cpu);

    private static void Move(ScheduledVcpu vcpu, SimulatedCpu cpu)
    {
        vcpu.Home!.Remove(vcpu);
        cpu.Add(vcpu);
    }

    private void Place(ScheduledVcpu vcpu) => Lightest(vcpu.Owner.Parameters).Add(vcpu);

    private SimulatedCpu Earliest(SimulatedCpu? except, out ulong moment)
    {
        var earliest = cpus[0];
        moment = VirtualTimers.Never;
        foreach (var cpu in cpus)
        {
            if (cpu != except && cpu.NextMoment is var next && next < moment)
            {
                (earliest, moment) = (cpu, next);
            }
        }

        return earliest;
    }

    /// <summary>Somebody runs: periodic timers that fired in vain may have a use again.</summary>
    private void ForgetPeriods()
    {
        foreach (var domain in _domains)
        {
            foreach (var vcpu in domain.Vcpus)
            {
                vcpu.PeriodIsUseless = false;
            }
        }
    }
}
