using System.Collections;
using System.Runtime.InteropServices;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// The memory that a guest believes to be physical: numbered from 0 without holes, made of whatever machine frames it was given. Pages may be missing, or shared with
/// others; then a source of pages provides them when they are touched, and whoever writes gets a page of its own.
/// Waldspurger, "Memory Resource Management in VMware ESX Server" (2002), calls the map "pmap".
/// </summary>
public sealed class PseudoPhysicalMemory
{
    private const ulong Missing = ulong.MaxValue;

    private readonly PhysicalMemory _machine;
    private readonly ulong[]? _frames;
    private readonly BitArray? _shared;
    private readonly IPageSource? _source;

    /// <summary>Memory of a guest that has the machine to itself: physical addresses are the machine's.</summary>
    public PseudoPhysicalMemory(PhysicalMemory machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        _machine = machine;
        Size = machine.Size;
    }

    /// <summary>Memory of a guest that was given the listed machine frames, in order.</summary>
    public PseudoPhysicalMemory(PhysicalMemory machine, ulong[] frames)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(frames);
        _machine = machine;
        _frames = frames;
        Size = (ulong)frames.Length * PhysicalMemory.FrameBytes;
    }

    /// <summary>Memory of which no page is there yet.</summary>
    /// <param name="machine">The machine's memory.</param>
    /// <param name="pages">How large it is.</param>
    /// <param name="source">Who provides pages.</param>
    internal PseudoPhysicalMemory(PhysicalMemory machine, long pages, IPageSource source)
        : this(machine, new ulong[pages])
    {
        Array.Fill(_frames!, Missing);
        (_source, _shared) = (source, new BitArray((int)pages));
    }

    /// <summary>Bytes.</summary>
    public ulong Size { get; }

    /// <summary>Whether pages may be missing or shared.</summary>
    internal bool IsOvercommitted => _source is not null;

    /// <summary>The machine frame of a page; null while it has none.</summary>
    /// <exception cref="IndexOutOfRangeException">The guest has no such page.</exception>
    public Mfn? this[Pfn page] => _frames is null ? new Mfn(page.Number) : _frames[page.Number] is var frame && frame != Missing ? new Mfn(frame) : null;

    /// <summary>Whether <paramref name="length"/> bytes from <paramref name="address"/> belong to the guest.</summary>
    public bool Contains(ulong address, ulong length) => address <= Size && length <= Size - address;

    /// <summary>Whether a page must not be written to where it is, because it is not this guest's alone.</summary>
    public bool IsShared(Pfn page) => _shared?[(int)page.Number] == true;

    /// <summary>Machine address of an address of the guest, for reading.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The guest has no such address.</exception>
    public ulong ToMachine(ulong address)
    {
        if (address >= Size)
        {
            throw new ArgumentOutOfRangeException(nameof(address), $"{address:x} is not inside the guest's {Size:x} bytes.");
        }

        var page = Pfn.Containing(address);
        if (this[page] is null)
        {
            _source!.Provide(page, isWrite: false);
        }

        return this[page]!.Value.Address | (address & (PhysicalMemory.FrameBytes - 1));
    }

    /// <summary>Reads a value that lies in one page.</summary>
    public T Read<T>(ulong address)
        where T : unmanaged => _machine.Read<T>(ToMachine(address));

    /// <summary>Writes a value.</summary>
    public void Write<T>(ulong address, T value)
        where T : unmanaged => Write(address, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Writes bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not all belong to the guest.</exception>
    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var inPage = PhysicalMemory.FrameBytes - (int)(address & (PhysicalMemory.FrameBytes - 1));
            var length = Math.Min(bytes.Length, inPage);
            if (Contains(address, 1))
            {
                Provide(Pfn.Containing(address), isWrite: true);
            }

            bytes[..length].CopyTo(_machine.Span(ToMachine(address), length));
            bytes = bytes[length..];
            address += (ulong)length;
        }
    }

    /// <summary>Has a page provided; see <see cref="IPageSource.Provide"/>.</summary>
    internal void Provide(Pfn page, bool isWrite) => _source?.Provide(page, isWrite);

    /// <summary>Changes the map. Whoever has translations of the page must have given them up.</summary>
    /// <param name="page">The page.</param>
    /// <param name="frame">Its machine frame, or null to take it away.</param>
    /// <param name="isShared">See <see cref="IsShared"/>.</param>
    internal void Set(Pfn page, Mfn? frame, bool isShared = false)
    {
        _frames![page.Number] = frame?.Number ?? Missing;
        _shared![(int)page.Number] = isShared;
    }
}
