using System.Runtime.InteropServices;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// The memory that a guest believes to be physical: numbered from 0 without holes, made of whatever machine frames it was given.
/// Waldspurger, "Memory Resource Management in VMware ESX Server" (2002), calls the map "pmap".
/// </summary>
public sealed class PseudoPhysicalMemory
{
    private readonly PhysicalMemory _machine;
    private readonly ulong[]? _frames;

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

    /// <summary>Bytes.</summary>
    public ulong Size { get; }

    /// <summary>Whether <paramref name="length"/> bytes from <paramref name="address"/> belong to the guest.</summary>
    public bool Contains(ulong address, ulong length) => address <= Size && length <= Size - address;

    /// <summary>Machine address of an address of the guest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The guest has no such address.</exception>
    public ulong ToMachine(ulong address)
    {
        if (address >= Size)
        {
            throw new ArgumentOutOfRangeException(nameof(address), $"{address:x} is not inside the guest's {Size:x} bytes.");
        }

        return _frames is null
            ? address
            : (_frames[address >> PhysicalMemory.FrameShift] << PhysicalMemory.FrameShift) | (address & (PhysicalMemory.FrameBytes - 1));
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
            bytes[..length].CopyTo(_machine.Span(ToMachine(address), length));
            bytes = bytes[length..];
            address += (ulong)length;
        }
    }
}
