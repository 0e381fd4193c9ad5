using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParaKit.Hardware.Memory;

/// <summary>
/// The machine's RAM: one block that starts at physical address 0, so that host address = <see cref="Base"/> + physical
/// address. Also knows which frames must not change unnoticed: those that carry decoded code, and those that a host watches.
/// </summary>
public sealed unsafe class PhysicalMemory : IDisposable
{
    /// <summary>log2 of <see cref="FrameBytes"/>.</summary>
    public const int FrameShift = 12;

    /// <summary>Bytes in a physical frame.</summary>
    public const int FrameBytes = 1 << FrameShift;

    private readonly MemoryBlock _block;
    private readonly Marks[] _marks;
    private readonly List<ICodeObserver> _observers = [];

    [Flags]
    private enum Marks : byte
    {
        None = 0,
        Code = 1,
        Watched = 2,
    }

    /// <summary>Allocates zeroed RAM.</summary>
    /// <param name="size">Bytes; a positive multiple of <see cref="FrameBytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is zero or not a multiple of a frame.</exception>
    public PhysicalMemory(ulong size)
    {
        if (size == 0 || size % FrameBytes != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "RAM is a positive number of whole frames.");
        }

        Size = size;
        _block = new MemoryBlock((nuint)size);
        _marks = new Marks[size >> FrameShift];
    }

    /// <summary>Host address of physical address 0; page-aligned. Writes through it are not seen by the decode cache.</summary>
    public byte* Base => _block.Pointer;

    /// <summary>Bytes of RAM.</summary>
    public ulong Size { get; }

    /// <summary>Reads a value; no alignment is required.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not wholly inside RAM.</exception>
    public T Read<T>(ulong physical)
        where T : unmanaged
    {
        CheckRange(physical, (ulong)sizeof(T));
        return Unsafe.ReadUnaligned<T>(Base + physical);
    }

    /// <summary>Writes a value; decoded code of the frames it touches is dropped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not wholly inside RAM.</exception>
    public void Write<T>(ulong physical, T value)
        where T : unmanaged
    {
        CheckRange(physical, (ulong)sizeof(T));
        NoteWrite(physical, (ulong)sizeof(T));
        Unsafe.WriteUnaligned(Base + physical, value);
    }

    /// <summary>
    /// A view for reading and writing. Decoded code of the frames is dropped now, so write before the processor runs again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not wholly inside RAM.</exception>
    public Span<byte> Span(ulong physical, int length)
    {
        CheckRange(physical, checked((ulong)length));
        NoteWrite(physical, (ulong)length);
        return new Span<byte>(Base + physical, length);
    }

    /// <summary>A view for reading.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not wholly inside RAM.</exception>
    public ReadOnlySpan<byte> ReadOnlySpan(ulong physical, int length)
    {
        CheckRange(physical, checked((ulong)length));
        return new ReadOnlySpan<byte>(Base + physical, length);
    }

    /// <summary>Whether <paramref name="length"/> bytes from <paramref name="physical"/> are RAM.</summary>
    public bool Contains(ulong physical, ulong length) => physical <= Size && length <= Size - physical;

    /// <summary>Takes every write to a watched frame, before it happens: where it begins and how many bytes it may change.</summary>
    public Action<ulong, int>? WatchedWrite { get; set; }

    /// <summary>Reports writes to <paramref name="frame"/> by processors and hosts to <see cref="WatchedWrite"/> from now on.</summary>
    public void Watch(ulong frame)
    {
        _marks[frame] |= Marks.Watched;
        NotifyAdded(frame);
    }

    /// <summary>Ends <see cref="Watch"/>.</summary>
    public void Unwatch(ulong frame) => _marks[frame] &= ~Marks.Watched;

    /// <summary>Whether <paramref name="frame"/> is watched.</summary>
    public bool IsWatched(ulong frame) => (_marks[frame] & Marks.Watched) != 0;

    /// <inheritdoc/>
    public void Dispose() => _block.Dispose();

    internal void AddObserver(ICodeObserver observer) => _observers.Add(observer);

    internal void RemoveObserver(ICodeObserver observer) => _observers.Remove(observer);

    /// <summary>Whether writes to <paramref name="frame"/> must be noted: no translation of it may be kept for writing.</summary>
    internal bool MustNoteWrites(ulong frame) => _marks[frame] != Marks.None;

    /// <summary>Says that <paramref name="frame"/> was decoded from.</summary>
    internal void MarkCode(ulong frame)
    {
        if ((_marks[frame] & Marks.Code) == 0)
        {
            _marks[frame] |= Marks.Code;
            NotifyAdded(frame);
        }
    }

    /// <summary>Says that bytes change; must come before the change becomes visible to the processor.</summary>
    internal void NoteWrite(ulong physical, ulong length)
    {
        if (length == 0)
        {
            return;
        }

        ulong last = (physical + length - 1) >> FrameShift;
        for (ulong frame = physical >> FrameShift; frame <= last; frame++)
        {
            if (_marks[frame] != Marks.None)
            {
                Notify(frame, physical, length);
            }
        }
    }

    private void Notify(ulong frame, ulong physical, ulong length)
    {
        if ((_marks[frame] & Marks.Code) != 0)
        {
            DropCode(frame);
        }

        if ((_marks[frame] & Marks.Watched) != 0)
        {
            ulong start = Math.Max(physical, frame << FrameShift);
            ulong end = Math.Min(physical + length, (frame + 1) << FrameShift);
            WatchedWrite?.Invoke(start, (int)(end - start));
        }
    }

    private void NotifyAdded(ulong frame)
    {
        foreach (ICodeObserver observer in CollectionsMarshal.AsSpan(_observers))
        {
            observer.FrameMarked(frame);
        }
    }

    private void DropCode(ulong frame)
    {
        _marks[frame] &= ~Marks.Code;
        foreach (ICodeObserver observer in CollectionsMarshal.AsSpan(_observers))
        {
            observer.CodeFrameWritten(frame);
        }
    }

    private void CheckRange(ulong physical, ulong length)
    {
        if (!Contains(physical, length))
        {
            ThrowOutOfRange(physical, length);
        }
    }

    private void ThrowOutOfRange(ulong physical, ulong length) => throw new ArgumentOutOfRangeException(
        nameof(physical), $"[{physical:x}, +{length:x}) is not inside the {Size:x} bytes of RAM.");
}
