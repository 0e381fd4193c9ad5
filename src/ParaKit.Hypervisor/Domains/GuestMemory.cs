using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// A guest's memory as the guest itself could touch it: through its current page tables, at its privilege, never in the
/// hypervisor's addresses. Every access can fail; nothing is trusted.
/// </summary>
internal sealed class GuestMemory(Processor processor, PhysicalMemory memory)
{
    private const ulong LowerHalfEnd = 1UL << 47;

    /// <summary>Copies from the guest. False, with the destination partly filled, if an address cannot be read.</summary>
    public bool TryRead(ulong address, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var length = ChunkLength(address, destination.Length);
            if (!TryTranslate(address, AccessKind.Read, out var physical))
            {
                return false;
            }

            memory.ReadOnlySpan(physical, length).CopyTo(destination);
            destination = destination[length..];
            address += (ulong)length;
        }

        return true;
    }

    /// <summary>Copies to the guest. False, with nothing written, if an address cannot be written.</summary>
    public bool TryWrite(ulong address, ReadOnlySpan<byte> source)
    {
        if (!CanWrite(address, source.Length))
        {
            return false;
        }

        while (!source.IsEmpty)
        {
            var length = ChunkLength(address, source.Length);
            TryTranslate(address, AccessKind.Write, out var physical);
            source[..length].CopyTo(memory.Span(physical, length));
            source = source[length..];
            address += (ulong)length;
        }

        return true;
    }

    /// <summary>Copies a structure from the guest.</summary>
    public bool TryRead<T>(ulong address, out T value)
        where T : unmanaged
    {
        Unsafe.SkipInit(out value);
        return TryRead(address, MemoryMarshal.AsBytes(new Span<T>(ref value)));
    }

    /// <summary>Copies a structure to the guest.</summary>
    public bool TryWrite<T>(ulong address, in T value)
        where T : unmanaged => TryWrite(address, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private bool CanWrite(ulong address, int length)
    {
        while (length > 0)
        {
            var chunk = ChunkLength(address, length);
            if (!TryTranslate(address, AccessKind.Write, out _))
            {
                return false;
            }

            length -= chunk;
            address += (ulong)chunk;
        }

        return true;
    }

    private bool TryTranslate(ulong address, AccessKind access, out ulong physical)
    {
        physical = 0;
        return address is < LowerHalfEnd or >= MachineToPhysical.HypervisorEnd
            && processor.TryTranslate(address, access, user: true, out physical, out _)
            && memory.Contains(physical, 1);
    }

    private static int ChunkLength(ulong address, int remaining) =>
        Math.Min(remaining, PhysicalMemory.FrameBytes - (int)(address % PhysicalMemory.FrameBytes));
}
