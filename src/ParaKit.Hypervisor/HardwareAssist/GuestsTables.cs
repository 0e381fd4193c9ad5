using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>The nested page tables that a guest has made for a guest of its own. AMD64 Architecture Programmer's Manual vol. 2, "Nested Paging".</summary>
internal static class GuestsTables
{
    private const int TopLevel = 4;

    /// <summary>Translates an address of the guest's guest to one of the guest.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="root">Guest-physical address of the top-level table.</param>
    /// <param name="address">What to translate.</param>
    /// <param name="isWrite">Whether it is written to.</param>
    /// <param name="target">What it means.</param>
    /// <param name="isWritable">Whether the tables let it be written to.</param>
    /// <param name="isPresent">Whether there is a translation, even if it does not allow the access.</param>
    public static bool TryWalk(
        PseudoPhysicalMemory memory, ulong root, ulong address, bool isWrite, out ulong target, out bool isWritable, out bool isPresent)
    {
        const ulong Needed = PageTableEntries.Present | PageTableEntries.User;
        var table = root & PageTableEntries.AddressMask;
        (target, isWritable, isPresent) = (0, true, false);
        for (var level = TopLevel; ; level--)
        {
            var place = table + ((ulong)PageTableEntries.Index(address, level) * sizeof(ulong));
            var entry = memory.Contains(place, sizeof(ulong)) ? memory.Read<ulong>(place) : 0;
            if ((entry & Needed) != Needed)
            {
                return false;
            }

            isWritable &= (entry & PageTableEntries.Writable) != 0;
            if (level == 1 || (level < TopLevel && (entry & PageTableEntries.PageSize) != 0))
            {
                var inside = ((ulong)PhysicalMemory.FrameBytes << (9 * (level - 1))) - 1;
                target = (entry & PageTableEntries.AddressMask & ~inside) | (address & inside);
                isPresent = true;
                return isWritable || !isWrite;
            }

            table = entry & PageTableEntries.AddressMask;
        }
    }
}
