using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Events;

/// <summary>Bit fields of quadwords in guest memory.</summary>
internal static class MemoryBits
{
    /// <summary>Value of a bit.</summary>
    public static bool Test(PhysicalMemory memory, ulong area, uint bit) => (memory.Read<ulong>(Word(area, bit)) & Mask(bit)) != 0;

    /// <summary>Sets a bit to a value; returns what it was.</summary>
    public static bool Exchange(PhysicalMemory memory, ulong area, uint bit, bool value)
    {
        var address = Word(area, bit);
        var old = memory.Read<ulong>(address);
        memory.Write(address, value ? old | Mask(bit) : old & ~Mask(bit));
        return (old & Mask(bit)) != 0;
    }

    private static ulong Word(ulong area, uint bit) => area + (bit / 64 * sizeof(ulong));

    private static ulong Mask(uint bit) => 1UL << (int)(bit % 64);
}
