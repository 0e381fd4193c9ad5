namespace ParaKit.Hypervisor.Control;

/// <summary>
/// The last bytes that a domain printed, for any number of readers, each at its own place. Who prints never waits: who reads too slowly misses what has been printed over.
/// May be used on any thread.
/// </summary>
public sealed class ConsoleLog
{
    /// <summary>Bytes that are kept.</summary>
    public const int Capacity = 64 << 10;

    private readonly byte[] _ring = new byte[Capacity];
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();
    private long _end;
    private DomainSnapshot? _last;

    /// <summary>Place of the first byte that is kept: bytes are counted from the first that was printed.</summary>
    public long Start
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(0, _end - Capacity);
            }
        }
    }

    /// <summary>Adds what was printed.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        TaskCompletionSource signal;
        lock (_gate)
        {
            foreach (var value in bytes)
            {
                _ring[_end++ % Capacity] = value;
            }

            (signal, _changed) = (_changed, NewSignal());
        }

        signal.SetResult();
    }

    /// <summary>How the domain ended; null while it lives.</summary>
    public DomainSnapshot? Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>The domain has ended: nothing more will come.</summary>
    internal void Close(DomainSnapshot last)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            _last = last;
            signal = _changed;
        }

        signal.TrySetResult();
    }

    /// <summary>Copies what was printed behind a place; waits until there is something.</summary>
    /// <param name="place">Where to go on. If that is no longer kept, the first byte that is comes next.</param>
    /// <param name="bytes">Takes it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>How many bytes were copied, 0 at the end; and the place behind them.</returns>
    public async Task<(int Count, long Place)> ReadAsync(long place, Memory<byte> bytes, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                place = Math.Max(place, Math.Max(0, _end - Capacity));
                var count = (int)Math.Min(_end - place, bytes.Length);
                for (var i = 0; i < count; i++)
                {
                    bytes.Span[i] = _ring[(place + i) % Capacity];
                }

                if (count > 0 || _last is not null)
                {
                    return (count, place + count);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
