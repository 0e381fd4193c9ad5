using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor;

/// <summary>
/// Domains on one processor, in the turns that a scheduler gives them. If all are blocked, time skips to the next timer or back end; they are the only sources of events, so an endless wait is known to be one. Each domain is charged
/// for the cycles of its turns; with the idle ones they are all that passed.
/// </summary>
internal sealed class SharedProcessor
{
    private readonly VirtualClock _clock;
    private readonly IScheduler _scheduler;
    private readonly Client[] _clients;
    private readonly CancellationToken _cancellation;
    private int _alive;
    private Client? _last;

    /// <summary>Puts domains on a processor; they are the scheduler's clients by their place in the list.</summary>
    public SharedProcessor(
        VirtualClock clock, IScheduler scheduler, IReadOnlyList<(Domain Domain, RunLoop Loop, SchedulingParameters Parameters)> domains, CancellationToken cancellation)
    {
        (_clock, _scheduler, _cancellation, _alive) = (clock, scheduler, cancellation, domains.Count);
        _clients = [.. domains.Select(d => new Client(d.Domain, d.Loop))];
        foreach (var (i, domain) in domains.Index())
        {
            scheduler.Add(i, domain.Parameters, clock.Nanoseconds);
        }
    }

    /// <summary>Runs all to their ends.</summary>
    /// <returns>Why each ended, and the cycles it was charged.</returns>
    public IReadOnlyList<(RunEnd End, ulong Cycles)> Run()
    {
        while (_alive > 0)
        {
            WakeReady(Turn.Nobody, ran: 0);
            var turn = _scheduler.Next(_clock.Nanoseconds);
            if (_cancellation.IsCancellationRequested)
            {
                EndAll(RunEnd.Cancelled);
            }
            else if (turn.Client != Turn.Nobody)
            {
                RunTurn(turn);
            }
            else if (!TrySkip(turn.Nanoseconds))
            {
                EndAll(RunEnd.Deadlocked);
            }
        }

        Array.ForEach(_clients, client => client.Domain.Exits.Close());
        return [.. _clients.Select(client => (client.End.GetValueOrDefault(), client.Cycles))];
    }

    /// <summary>Until its time is up, it blocks, yields or ends, or has to make way.</summary>
    private void RunTurn(Turn turn)
    {
        var client = _clients[turn.Client];
        var start = (_clock.Cycles, _clock.Nanoseconds);
        var end = _clock.CyclesAtNanoseconds(start.Nanoseconds + turn.Nanoseconds);
        client.Domain.BeginTurn();
        SwitchTo(client);
        Array.ForEach(_clients, c => c.PeriodIsUseless = false);
        do
        {
            client.End = client.Loop.Step(Budget(client, end));
        }
        while (client.CanGoOn && _clock.Cycles < end && !WakeReady(turn.Client, _clock.Nanoseconds - start.Nanoseconds));

        client.Domain.EndTurn();
        client.Cycles += _clock.Cycles - start.Cycles;
        _alive -= client.End is null ? 0 : 1;
        _scheduler.Charge(turn.Client, _clock.Nanoseconds - start.Nanoseconds, client.End is null && client.Domain.State != DomainState.Blocked, _clock.Nanoseconds);
    }

    /// <summary>A switch is an exit from one, other page tables, which empty the TLB, and an entry to the other, who pays.</summary>
    private void SwitchTo(Client client)
    {
        if (_last is not null && _last != client)
        {
            var processor = client.Domain.Vcpu.Processor;
            processor.FlushTlb();
            _clock.Charge(processor.Costs.Exit + processor.Costs.ControlRegisterWrite + processor.Costs.Entry);
        }

        _last = client;
    }

    /// <summary>Instructions until the end of the turn or until another's timer is due: at least so long they take.</summary>
    private long Budget(Client running, ulong end)
    {
        var next = NextDeadline(except: running);
        var until = next == VirtualTimers.Never ? end : Math.Min(end, _clock.CyclesAtNanoseconds(next));
        var cycles = until > _clock.Cycles ? until - _clock.Cycles : 0;
        return (long)Math.Clamp(cycles / running.Domain.Vcpu.Processor.Costs.Instruction, 1, long.MaxValue);
    }

    /// <summary>Wakes who has what it waits for.</summary>
    /// <returns>Whether the running client has to make way for one of them.</returns>
    private bool WakeReady(int running, ulong ran)
    {
        var makesWay = false;
        for (var i = 0; i < _clients.Length; i++)
        {
            if (_clients[i].IsBlocked && TryWake(_clients[i]))
            {
                _scheduler.Wake(i, _clock.Nanoseconds);
                makesWay |= running != Turn.Nobody && _scheduler.Preempts(i, running, ran, _clock.Nanoseconds);
            }
        }

        return makesWay;
    }

    private static bool TryWake(Client client)
    {
        var (domain, period) = (client.Domain, client.Domain.Vcpu.Timers.NextPeriodic);
        domain.CatchUp();
        if (!domain.HasWhatItWaitsFor)
        {
            // A period that did not wake the domain never will while nobody runs: nothing else changes.
            client.PeriodIsUseless |= domain.Vcpu.Timers.NextPeriodic != period;
            return false;
        }

        domain.Unblock();
        return true;
    }

    private bool TrySkip(ulong atMost)
    {
        var next = NextDeadline(except: null);
        if (atMost != Turn.Idle.Nanoseconds)
        {
            next = Math.Min(next, _clock.Nanoseconds + atMost);
        }

        if (next == VirtualTimers.Never)
        {
            return false;
        }

        _clock.AdvanceToNanoseconds(next);
        return true;
    }

    /// <summary>When the next timer or back end of a blocked domain is due.</summary>
    private ulong NextDeadline(Client? except)
    {
        var next = VirtualTimers.Never;
        foreach (var client in _clients)
        {
            if (client != except && client.IsBlocked)
            {
                next = Math.Min(next, Math.Min(client.NextTimer, client.Domain.Backends.NextDeadline));
            }
        }

        return next;
    }

    private void EndAll(RunEnd end)
    {
        _alive = 0;
        foreach (var client in _clients)
        {
            client.End ??= end;
        }
    }

    private sealed class Client(Domain domain, RunLoop loop)
    {
        public Domain Domain => domain;

        public RunLoop Loop => loop;

        public RunEnd? End { get; set; }

        public ulong Cycles { get; set; }

        public bool PeriodIsUseless { get; set; }

        public ulong NextTimer => PeriodIsUseless ? domain.Vcpu.Timers.NextOneTime : domain.Vcpu.Timers.Next;

        public bool IsBlocked => End is null && domain.State == DomainState.Blocked;

        public bool CanGoOn => End is null && domain.State != DomainState.Blocked && !domain.HasYielded;
    }
}
