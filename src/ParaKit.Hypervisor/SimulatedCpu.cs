using ParaKit.Abi;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor;

/// <summary>
/// A processor of the simulated machine: a clock of its own, and a queue of virtual processors that take turns as a scheduler says. All cycles of its clock are
/// charged to some domain, or idle.
/// </summary>
internal sealed class SimulatedCpu(int number, VirtualClock clock, IScheduler scheduler)
{
    private readonly List<ScheduledVcpu> _vcpus = [];
    private ScheduledVcpu? _last;
    private ulong _turnEnd;
    private ulong _turnRan;
    private ulong _turnStart;
    private ulong _askAgainAt = VirtualTimers.Never;

    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>Its time.</summary>
    public VirtualClock Clock => clock;

    /// <summary>Who has it; null if it is idle.</summary>
    public ScheduledVcpu? Current { get; private set; }

    /// <summary>Who ran last, unless it has left.</summary>
    public ScheduledVcpu? Last => _last;

    /// <summary>When a virtual processor came here last, in nanoseconds.</summary>
    public ulong JoinedAt { get; private set; }

    /// <summary>Cycles that were charged to domains.</summary>
    public ulong ChargedCycles { get; private set; }

    /// <summary>Hears who had the processor, from when to when in nanoseconds.</summary>
    public Action<ScheduledVcpu, ulong, ulong>? TurnEnded { get; set; }

    /// <summary>Virtual processors whose home it is.</summary>
    public IReadOnlyList<ScheduledVcpu> Vcpus => _vcpus;

    /// <summary>Idle, with somebody in the queue of whom the scheduler has not been asked yet.</summary>
    public bool MustAsk { get; private set; }

    /// <summary>Idle, with nobody to run.</summary>
    public bool IsIdle => Current is null && !MustAsk;

    /// <summary>Those in the queue that wait for others to end their turns.</summary>
    public IEnumerable<ScheduledVcpu> Waiting => _vcpus.Where(vcpu => vcpu.IsQueued && vcpu != Current);

    /// <summary>Weights in the queue, of who runs too.</summary>
    public long Load
    {
        get
        {
            long load = 0;
            foreach (var vcpu in _vcpus)
            {
                load += vcpu.IsQueued ? vcpu.Parameters.Weight : 0;
            }

            return load;
        }
    }

    /// <summary>When something happens here next, in nanoseconds: now, the next timer or back end of who is blocked, or when the scheduler wants to be asked.</summary>
    public ulong NextMoment => Current is not null || MustAsk
        ? clock.Nanoseconds
        : Math.Max(clock.Nanoseconds, Math.Min(NextDeadline(), _askAgainAt));

    /// <summary>Makes this a virtual processor's home.</summary>
    public void Add(ScheduledVcpu vcpu)
    {
        vcpu.Parameters = vcpu.Owner.PartOfOne();
        scheduler.Add(vcpu.Client, vcpu.Parameters, clock.Nanoseconds);
        vcpu.Vcpu.MoveTo(clock);
        (vcpu.Home, vcpu.IsQueued) = (this, true);
        _vcpus.Add(vcpu);
        JoinedAt = clock.Nanoseconds;
        MustAsk = Current is null;
        Update(vcpu);
    }

    /// <summary>Takes a virtual processor away; if it runs, its turn is over.</summary>
    public void Remove(ScheduledVcpu vcpu)
    {
        EndTurnOf(vcpu);
        scheduler.Remove(vcpu.Client, clock.Nanoseconds);
        (vcpu.Home, vcpu.IsQueued) = (null, false);
        _vcpus.Remove(vcpu);
        _last = _last == vcpu ? null : _last;
    }

    /// <summary>Tells the scheduler what has changed from outside: paused, taken down, brought up, or entitled to something else.</summary>
    public void Update(ScheduledVcpu vcpu)
    {
        if (vcpu.Owner.PartOfOne() is var part && part != vcpu.Parameters)
        {
            scheduler.Change(vcpu.Client, part, clock.Nanoseconds);
            vcpu.Parameters = part;
        }

        if (vcpu.CanRun && !vcpu.IsQueued)
        {
            Queue(vcpu);
        }
        else if (!vcpu.CanRun && vcpu.IsQueued)
        {
            EndTurnOf(vcpu);
            scheduler.Sleep(vcpu.Client, clock.Nanoseconds);
            vcpu.IsQueued = false;
        }
    }

    /// <summary>Lets an idle processor pass time; does nothing if that moment is over.</summary>
    public void IdleUntil(ulong nanoseconds) => clock.AdvanceToNanoseconds(nanoseconds);

    /// <summary>Charges cycles that have passed here to a domain.</summary>
    public void Charge(ScheduledDomain domain, ulong cycles)
    {
        domain.Cycles += cycles;
        ChargedCycles += cycles;
    }

    /// <summary>Lets who has the processor, or is given it now, take one step.</summary>
    /// <param name="until">Time at which to look at the other processors again, in nanoseconds.</param>
    /// <returns>Whose turn is over, and who could go on in another.</returns>
    public ScheduledVcpu? Advance(ulong until)
    {
        if (Current is null)
        {
            WakeReady();
            if (!TryBegin())
            {
                return null;
            }
        }

        var (vcpu, cycles, start) = (Current!, clock.Cycles, clock.Nanoseconds);
        vcpu.Owner.End = vcpu.Loop.Step(Budget(vcpu, until));
        Charge(vcpu.Owner, clock.Cycles - cycles);
        _turnRan += clock.Nanoseconds - start;
        if (vcpu.CanGoOn && clock.Cycles < _turnEnd && !(vcpu.MakesWay = WakeReady()))
        {
            return null;
        }

        EndTurnOf(vcpu);
        return vcpu.IsQueued ? vcpu : null;
    }

    /// <summary>Wakes who has what it waits for, and queues who was brought up.</summary>
    /// <returns>Whether who runs has to make way for one of them.</returns>
    public bool WakeReady()
    {
        var makesWay = false;
        foreach (var vcpu in _vcpus)
        {
            if (vcpu.IsBlocked && Current is not null && vcpu.IsInterrupted)
            {
                ChargeInterrupt(vcpu);
            }

            if ((vcpu.IsBlocked && vcpu.TryWake()) || (vcpu.CanRun && !vcpu.IsQueued))
            {
                Queue(vcpu);
                makesWay |= Current is not null && scheduler.Preempts(vcpu.Client, Current.Client, _turnRan, clock.Nanoseconds);
            }
        }

        return makesWay;
    }

    /// <summary>An interrupt for one while another has the processor: the one it is for pays, from the other the time is stolen.</summary>
    private void ChargeInterrupt(ScheduledVcpu vcpu)
    {
        var costs = vcpu.Vcpu.Processor.Costs;
        vcpu.Owner.InterruptCycles += costs.Exit + costs.Entry;
        Steal(vcpu, costs.Exit + costs.Entry);
    }

    /// <summary>Passes the time that back ends took for a domain. If somebody else has the processor, it is stolen from him.</summary>
    public void ChargeBackends(ScheduledDomain domain)
    {
        var (cycles, start) = (domain.Domain.Backends.Work.Take(), clock.Nanoseconds);
        domain.BackendCycles += cycles;
        if (Current is { } other && other.Owner != domain)
        {
            Steal(domain.Vcpus[0], cycles);
            return;
        }

        Current?.Vcpu.Exits.Pause();
        clock.Charge(cycles);
        Charge(domain, cycles);
        domain.Vcpus[0].Debt += clock.Nanoseconds - start;
        Current?.Vcpu.Exits.Resume();
    }

    /// <summary>Passes time for one while another has the processor: it is no time of the other's, nor of his turn.</summary>
    private void Steal(ScheduledVcpu vcpu, ulong cycles)
    {
        var (running, start) = (Current!.Vcpu, clock.Nanoseconds);
        running.Exits.Pause();
        running.Runstates.Enter(Runstate.Runnable, start);
        clock.Charge(cycles);
        Charge(vcpu.Owner, cycles);
        vcpu.Debt += clock.Nanoseconds - start;
        _turnEnd += cycles;
        running.Runstates.Enter(Runstate.Running, clock.Nanoseconds);
        running.Exits.Resume();
        running.Info.WriteTime(running.Clock.Capture());
    }

    private void Queue(ScheduledVcpu vcpu)
    {
        scheduler.Wake(vcpu.Client, clock.Nanoseconds);
        vcpu.IsQueued = true;
        MustAsk = Current is null;
    }

    private bool TryBegin()
    {
        var turn = scheduler.Next(clock.Nanoseconds);
        MustAsk = false;
        if (turn.Client == Turn.Nobody)
        {
            _askAgainAt = turn.Nanoseconds == Turn.Idle.Nanoseconds ? VirtualTimers.Never : clock.Nanoseconds + turn.Nanoseconds;
            return false;
        }

        var vcpu = _vcpus.Find(v => v.Client == turn.Client)!;
        (Current, _askAgainAt) = (vcpu, VirtualTimers.Never);
        clock.AdvanceToNanoseconds(vcpu.Vcpu.NotBefore);
        var start = clock.Nanoseconds;
        _turnEnd = clock.CyclesAtNanoseconds(turn.Nanoseconds < VirtualTimers.Never - start ? start + turn.Nanoseconds : VirtualTimers.Never);
        vcpu.Domain.ActFor(vcpu.Vcpu);
        vcpu.Waited = vcpu.Vcpu.Runstates.WaitedUntil(start);
        (_turnStart, _turnRan) = (start, 0);
        SwitchTo(vcpu);
        vcpu.Domain.BeginTurn();
        return true;
    }

    /// <summary>A switch is an exit from one, other page tables, which empty the TLB, and an entry to the other.</summary>
    private void SwitchTo(ScheduledVcpu vcpu)
    {
        if (_last is not null && _last != vcpu)
        {
            var processor = vcpu.Vcpu.Processor;
            processor.FlushTlb();
            ChargeSwitch(vcpu, processor.Costs.Exit + processor.Costs.ControlRegisterWrite + processor.Costs.Entry);
            if (_last.WasPreempted)
            {
                _last.Domain.ExitCounts.Count(ExitNames.Preemption);
            }

            _last.MadeWayFor = _last.MakesWay ? vcpu : null;
        }

        (vcpu.MakesWay, vcpu.MadeWayFor) = (false, null);
        _last = vcpu;
    }

    /// <summary>Who comes pays; but who cut another's turn short, and gives the processor back to him, pays for both switches.</summary>
    private void ChargeSwitch(ScheduledVcpu vcpu, ulong cost)
    {
        var (payer, start) = (vcpu.MadeWayFor == _last ? _last! : vcpu, clock.Nanoseconds);
        clock.Charge(cost);
        Charge(payer.Owner, cost);
        payer.Owner.SwitchCycles += cost;
        if (payer == vcpu)
        {
            _turnRan += clock.Nanoseconds - start;
        }
        else
        {
            payer.Debt += clock.Nanoseconds - start;
            _turnEnd += cost;
        }
    }

    /// <summary>Ends the turn of a virtual processor, if it has the processor.</summary>
    private void EndTurnOf(ScheduledVcpu vcpu)
    {
        if (Current != vcpu)
        {
            return;
        }

        vcpu.WasPreempted = vcpu.CanGoOn;
        vcpu.Domain.ActFor(vcpu.Vcpu);
        vcpu.Domain.EndTurn();
        vcpu.Vcpu.NotBefore = clock.Nanoseconds;
        Current = null;
        vcpu.IsQueued = vcpu.CanRun;
        scheduler.Charge(vcpu.Client, _turnRan + vcpu.Debt, vcpu.IsQueued, clock.Nanoseconds);
        vcpu.Debt = 0;
        MustAsk = true;
        TurnEnded?.Invoke(vcpu, _turnStart, clock.Nanoseconds);
    }

    /// <summary>Instructions until the end of the turn, until another's timer is due, or until the others are to be looked at: at least so long they take.</summary>
    private long Budget(ScheduledVcpu running, ulong until)
    {
        var next = Math.Min(NextDeadline(), until);
        var end = next == VirtualTimers.Never ? _turnEnd : Math.Min(_turnEnd, clock.CyclesAtNanoseconds(next));
        var cycles = end > clock.Cycles ? end - clock.Cycles : 0;
        return (long)Math.Clamp(cycles / running.Vcpu.Processor.Costs.Instruction, 1, long.MaxValue);
    }

    /// <summary>When the next timer or back end of somebody blocked is due.</summary>
    private ulong NextDeadline()
    {
        var next = VirtualTimers.Never;
        foreach (var vcpu in _vcpus)
        {
            if (vcpu.IsBlocked)
            {
                next = Math.Min(next, Math.Min(vcpu.NextTimer, vcpu.Domain.Backends.NextDeadline));
            }
        }

        return next;
    }
}
