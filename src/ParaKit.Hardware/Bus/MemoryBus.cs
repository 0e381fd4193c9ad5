using System.Diagnostics.CodeAnalysis;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hardware.Bus;

/// <summary>Devices in the physical address space, behind RAM. Where neither is, reads give all ones and writes are lost.</summary>
/// <param name="others">Devices that are there too, behind these; null for none.</param>
public sealed class MemoryBus(MemoryBus? others = null)
{
    private const ulong LastAddress = (1UL << 46) - 1;

    private readonly List<Mapping> _mappings = [];

    private readonly record struct Mapping(ulong First, ulong Length, IMemoryDevice Device);

    /// <summary>Gives a range of whole pages to a device.</summary>
    /// <param name="first">Physical address of the first byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="ArgumentException">It is not whole pages below 2^46, or part of it is taken.</exception>
    public void Map(ulong first, ulong length, IMemoryDevice device)
    {
        bool isWhole = length > 0 && (first | length) % PhysicalMemory.FrameBytes == 0 && first <= LastAddress && length <= LastAddress - first + 1;
        if (!isWhole || _mappings.Exists(m => first < m.First + m.Length && m.First < first + length))
        {
            throw new ArgumentException($"Physical addresses 0x{first:x} to 0x{first + length - 1:x} are not whole free pages below 2^46.", nameof(first));
        }

        _mappings.Add(new Mapping(first, length, device));
    }

    /// <summary>Finds the device at a physical address.</summary>
    public bool TryFind(ulong physical, [NotNullWhen(true)] out IMemoryDevice? device, out ulong offset)
    {
        foreach (Mapping mapping in _mappings)
        {
            offset = physical - mapping.First;
            if (offset < mapping.Length)
            {
                device = mapping.Device;
                return true;
            }
        }

        (device, offset) = (null, 0);
        return others is not null && others.TryFind(physical, out device, out offset);
    }
}
