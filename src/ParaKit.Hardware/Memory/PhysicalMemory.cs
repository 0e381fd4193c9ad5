using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParaKit.Hardware.Memory;

/// <summary>
/// The machine's RAM: one block that starts at physical address 0, so that host address = <see cref="Base"/> + physical
/// address. Also knows which frames carry decoded code, because those must not change unnoticed.
/// </summary>
public sealed unsafe class PhysicalMemory : IDisposable
{
    /// <summary>log2 of <see cref="FrameBytes"/>.</summary>
    public const int FrameShift = 12;

    /// <summary>Bytes in a physical frame.</summary>
    public const int FrameBytes = 1 << FrameShift;

    private readonly MemoryBlock _block;
    private readonly byte[] _carriesCode;
    private readonly List<ICodeObserver> _observers = [];

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
        _carriesCode = new byte[size >> FrameShift];
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

    /// <inheritdoc/>
    public void Dispose() => _block.Dispose();

    internal void AddObserver(ICodeObserver observer) => _observers.Add(observer);

    internal void RemoveObserver(ICodeObserver observer) => _observers.Remove(observer);

    internal bool CarriesCode(ulong frame) => _carriesCode[frame] != 0;

    /// <summary>Says that <paramref name="frame"/> was decoded from.</summary>
    internal void MarkCode(ulong frame)
    {
        if (_carriesCode[frame] != 0)
        {
            return;
        }

        _carriesCode[frame] = 1;
        foreach (ICodeObserver observer in CollectionsMarshal.AsSpan(_observers))
        {
            observer.CodeFrameAdded(frame);
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
            if (_carriesCode[frame] != 0)
            {
                DropCode(frame);
            }
        }
    }

    private void DropCode(ulong frame)
    {
        _carriesCode[frame] = 0;
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
