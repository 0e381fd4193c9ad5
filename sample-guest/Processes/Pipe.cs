using ParaKit.Guest;

/// <summary>
/// A stream of bytes from one program to another. It holds little, so that a fast writer waits for its reader; it ends when the last
/// writer has closed it.
/// </summary>
internal sealed unsafe class Pipe
{
    private const int Count = 16;
    private const int Capacity = 64;

    private static readonly Pipe[] s_pipes = new Pipe[Count];

    private readonly byte[] _bytes = new byte[Capacity];
    private int _start;
    private int _length;

    public int Readers { get; private set; }

    public int Writers { get; private set; }

    public bool IsEmpty => _length == 0;

    public bool IsFull => _length == Capacity;

    public static void Initialize()
    {
        for (int i = 0; i < Count; i++)
        {
            s_pipes[i] = new Pipe();
        }
    }

    /// <summary>Finds a pipe that nobody has open.</summary>
    public static bool TryTake(out Pipe pipe)
    {
        foreach (Pipe candidate in s_pipes)
        {
            if (candidate.Readers == 0 && candidate.Writers == 0)
            {
                candidate._length = 0;
                pipe = candidate;
                return true;
            }
        }

        pipe = null;
        return false;
    }

    public void AddReader() => Readers++;

    public void AddWriter() => Writers++;

    [EventsMasked]
    public void RemoveReader()
    {
        Readers--;
        Scheduler.Wake(this);
    }

    [EventsMasked]
    public void RemoveWriter()
    {
        Writers--;
        Scheduler.Wake(this);
    }

    /// <summary>Takes what there is, at most <paramref name="length"/> bytes.</summary>
    [EventsMasked]
    public int Take(byte* destination, int length)
    {
        int taken = length < _length ? length : _length;
        for (int i = 0; i < taken; i++)
        {
            destination[i] = _bytes[(_start + i) % Capacity];
        }

        _start = (_start + taken) % Capacity;
        _length -= taken;
        Scheduler.Wake(this);
        return taken;
    }

    /// <summary>Adds what fits.</summary>
    [EventsMasked]
    public int Put(byte* source, int length)
    {
        int room = Capacity - _length;
        int put = length < room ? length : room;
        for (int i = 0; i < put; i++)
        {
            _bytes[(_start + _length + i) % Capacity] = source[i];
        }

        _length += put;
        Scheduler.Wake(this);
        return put;
    }
}
