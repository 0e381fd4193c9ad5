using System.Collections.Concurrent;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Hypervisor.Control;

/// <summary>
/// A <see cref="ParavirtHost"/> that runs on a thread of its own. What others ask of it waits in a queue, and is done between the domains' instructions: nobody outside
/// touches what the thread uses, and nobody outside makes it wait. While nothing can happen it sleeps.
/// </summary>
public sealed class HostThread : IDisposable
{
    /// <summary>Virtual time after which it looks into the queue, in nanoseconds: 100 µs.</summary>
    private const ulong Step = 100_000;

    private static readonly TimeSpan s_longestSleep = TimeSpan.FromSeconds(1);

    private readonly ParavirtHost _host;
    private readonly RealTimePace? _pace;
    private readonly BlockingCollection<Action> _commands = [];
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HypervisorMetrics _metrics;
    private readonly Thread _thread;
    private volatile bool _isStopping;
    private long _rounds;

    /// <summary>Starts it.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="scheduler">Name of the machine's scheduler.</param>
    /// <param name="pace">How virtual time passes.</param>
    /// <param name="time">Real time; null for this computer's.</param>
    /// <exception cref="ArgumentException">The machine cannot be.</exception>
    public HostThread(HostOptions options, string scheduler, Pace pace, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _host = new ParavirtHost(options);
        _pace = pace == Pace.Real ? new RealTimePace(time) : null;
        if (pace == Pace.Real)
        {
            _host.WallClockAtBoot = time.GetUtcNow();
        }

        Domains = new HostDomains(_host, options.MemoryBytes, scheduler, pace);
        _metrics = new HypervisorMetrics(() => InvokeAsync(domains => domains.Snapshot()));
        _host.TurnEnded = turn => _metrics.Count(turn, Domains.NameOf);
        _thread = new Thread(Run) { IsBackground = true, Name = "domains" };
        _thread.Start();
    }

    /// <summary>Ends when the thread has: with the failure, if that was its reason.</summary>
    public Task Completion => _completion.Task;

    /// <summary>How often the thread has looked whether there is something to do; for tests.</summary>
    internal long Rounds => Interlocked.Read(ref _rounds);

    private HostDomains Domains { get; }

    /// <summary>Has something done on the thread.</summary>
    /// <param name="command">What; it gets the domains, which are to be used in it only.</param>
    /// <exception cref="ControlException">The host has stopped.</exception>
    public Task<T> InvokeAsync<T>(Func<HostDomains, T> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _commands.Add(() => Answer(command, answer));
        }
        catch (InvalidOperationException)
        {
            answer.SetException(new ControlException("The host is stopping."));
        }

        return answer.Task;
    }

    /// <summary>Ends all domains, makes what they wrote durable, and ends the thread.</summary>
    public void Dispose()
    {
        if (!_isStopping)
        {
            _isStopping = true;
            _ = InvokeAsync(_ => 0);
        }

        _thread.Join();
        _metrics.Dispose();
        _commands.Dispose();
    }

    private void Answer<T>(Func<HostDomains, T> command, TaskCompletionSource<T> answer)
    {
        if (_isStopping)
        {
            answer.SetException(new ControlException("The host is stopping."));
            return;
        }

#pragma warning disable CA1031 // Whoever asked is told; the domains of others go on.
        try
        {
            answer.SetResult(command(Domains));
        }
        catch (Exception exception)
        {
            answer.SetException(exception);
        }
#pragma warning restore CA1031
    }

    private void Run()
    {
        Exception? failure = null;
#pragma warning disable CA1031 // Whoever waits for the end of the thread is told.
        try
        {
            while (!_isStopping)
            {
                Interlocked.Increment(ref _rounds);
                var sleep = Advance();
                Domains.Settle();
                Serve(sleep);
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        _isStopping = true;
        var ending = End();
        failure ??= ending;
#pragma warning restore CA1031
        if (failure is null)
        {
            _completion.SetResult();
        }
        else
        {
            _completion.SetException(failure);
        }
    }

    /// <summary>Ends everything; whatever fails, the rest is done.</summary>
    private Exception? End()
    {
        _commands.CompleteAdding();
        while (_commands.TryTake(out var command))
        {
            command();
        }

        try
        {
            Domains.EndAll();
            return null;
        }
#pragma warning disable CA1031 // Whoever waits for the end of the thread is told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
        finally
        {
            _host.Dispose();
        }
    }

    /// <summary>Lets time pass, as far as it may, and not for long.</summary>
    /// <returns>For how long there is nothing to do.</returns>
    private TimeSpan Advance()
    {
        var (next, horizon) = (_host.NextMoment, _pace?.Horizon ?? VirtualTimers.Never);
        if (next >= horizon)
        {
            if (horizon != VirtualTimers.Never)
            {
                _host.RunUntil(horizon);
            }

            return next == VirtualTimers.Never ? Timeout.InfiniteTimeSpan : TimeSpan.FromMicroseconds((next - horizon) / 1000.0);
        }

        var now = Math.Max(next, _host.Now);
        _host.RunUntil(Math.Min(_pace?.Forgive(now) ?? VirtualTimers.Never, now + Step));
        return TimeSpan.Zero;
    }

    /// <summary>Does what is in the queue; if nothing is, waits for it.</summary>
    private void Serve(TimeSpan sleep)
    {
        var milliseconds = sleep == Timeout.InfiniteTimeSpan ? Timeout.Infinite : (int)Math.Ceiling(Math.Min(sleep.TotalMilliseconds, s_longestSleep.TotalMilliseconds));
        if (!_commands.TryTake(out var command, milliseconds))
        {
            return;
        }

        // The time that it slept has passed before it does anything.
        if (sleep != TimeSpan.Zero)
        {
            Advance();
        }

        for (var left = _commands.Count; ; left--)
        {
            command();
            if (left <= 0 || !_commands.TryTake(out command))
            {
                return;
            }
        }
    }
}
