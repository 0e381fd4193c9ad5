using ParaKit.Abi;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor;

/// <summary>Runs several domains by turns, a slice each, on one processor's worth of virtual time. Who is blocked is passed over; if all are, time skips to the next timer or back end.</summary>
internal sealed class RoundRobin(VirtualClock clock, IReadOnlyList<(Domain Domain, RunLoop Loop)> domains, CancellationToken cancellation)
{
    private const long InstructionsPerSlice = 1 << 15;

    // Timers that wake nobody, such as those of a domain that has masked all events, would let time pass for ever.
    private const int MostUselessSkips = 100_000;

    private readonly RunEnd?[] _ends = new RunEnd?[domains.Count];

    /// <summary>Runs all to their ends.</summary>
    /// <returns>Why each ended.</returns>
    public IReadOnlyList<RunEnd> Run()
    {
        var skips = 0;
        while (Array.Exists(_ends, end => end is null))
        {
            if (cancellation.IsCancellationRequested)
            {
                EndAll(RunEnd.Cancelled);
            }
            else if (RunOnce())
            {
                skips = 0;
            }
            else if (skips++ == MostUselessSkips || !TrySkip())
            {
                EndAll(RunEnd.Deadlocked);
            }
        }

        return [.. _ends.Select(end => end.GetValueOrDefault())];
    }

    /// <summary>A turn for each; false if nobody could run.</summary>
    private bool RunOnce()
    {
        var hasRun = false;
        foreach (var (i, (domain, loop)) in domains.Index())
        {
            if (_ends[i] is null && CanRun(domain))
            {
                _ends[i] = loop.Step(InstructionsPerSlice);
                hasRun = true;
            }
        }

        return hasRun;
    }

    private static bool CanRun(Domain domain)
    {
        if (domain.State != DomainState.Blocked)
        {
            return true;
        }

        domain.Backends.Serve(domain.Clock.Now);
        if (domain.Vcpu.Timers.TakeDue(domain.Clock.Now))
        {
            domain.Events.Raise(Virq.Timer);
        }

        if (!TimedWait.ShouldWake(domain))
        {
            return false;
        }

        domain.Shared.WriteTime(domain.Clock.Capture());
        domain.Unblock();
        return true;
    }

    private bool TrySkip()
    {
        var next = VirtualTimers.Never;
        foreach (var (i, (domain, _)) in domains.Index())
        {
            if (_ends[i] is null)
            {
                next = Math.Min(next, Math.Min(domain.Vcpu.Timers.Next, domain.Backends.NextDeadline));
            }
        }

        if (next == VirtualTimers.Never)
        {
            return false;
        }

        clock.AdvanceToNanoseconds(next);
        return true;
    }

    private void EndAll(RunEnd end)
    {
        for (var i = 0; i < _ends.Length; i++)
        {
            _ends[i] ??= end;
        }
    }
}
