namespace ParaKit.Cli.Rendering;

/// <summary>
/// Passes a guest's console on as it comes, unchanged. Guests print byte by byte: bytes are collected to lines, and a line that is not
/// finished follows after a moment.
/// </summary>
internal sealed class ConsoleStream : IDisposable
{
    private const int Capacity = 4096;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[Capacity];
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private int _count;

    /// <summary>Starts to pass bytes on to <paramref name="output"/>, which stays open at the end.</summary>
    public ConsoleStream(Stream output)
    {
        _output = output;
        _timer = new Timer(_ => Flush(), null, s_patience, s_patience);
    }

    /// <summary>Takes bytes that the guest printed.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var value in bytes)
            {
                _buffer[_count++] = value;
                if (value == (byte)'\n' || _count == Capacity)
                {
                    Flush();
                }
            }
        }
    }

    /// <summary>Passes on what is left.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Flush();
    }

    private void Flush()
    {
        lock (_gate)
        {
            var count = _count;
            _count = 0;
            if (count == 0)
            {
                return;
            }

            try
            {
                _output.Write(_buffer, 0, count);
                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads any more, as in 'parakit run guest | head -1'; the guest's exit code still counts.
            }
        }
    }
}
