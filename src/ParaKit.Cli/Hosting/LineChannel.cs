namespace ParaKit.Cli.Hosting;

/// <summary>Lines over a stream, none longer than a limit: who sends more is cut off, not stored.</summary>
/// <param name="stream">The stream.</param>
/// <param name="longest">Bytes of a line that is read, at most.</param>
internal sealed class LineChannel(Stream stream, int longest)
{
    /// <summary>Longest line that a client may send.</summary>
    public const int LongestRequest = 64 << 10;

    /// <summary>Longest line that a host sends.</summary>
    public const int LongestAnswer = 8 << 20;

    private const int Chunk = 4096;

    private byte[] _buffer = new byte[Chunk];
    private int _start;
    private int _end;

    /// <summary>Reads a line, without its end.</summary>
    /// <returns>The line, valid until the next is read; null at the end of the stream, where a line that has no end is none.</returns>
    /// <exception cref="InvalidDataException">It is too long.</exception>
    /// <exception cref="IOException">The other end is gone.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        for (var scanned = 0; ;)
        {
            var newline = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = _buffer.AsMemory(_start, scanned + newline);
                _start += scanned + newline + 1;
                return line;
            }

            if (_end - _start >= longest)
            {
                throw new InvalidDataException($"A line has more than {longest} bytes.");
            }

            MakeRoom();
            scanned = _end - _start;
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    /// <summary>Sends a line.</summary>
    /// <exception cref="IOException">The other end is gone.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        var bytes = new byte[line.Length + 1];
        line.CopyTo(bytes);
        bytes[^1] = (byte)'\n';
        await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
