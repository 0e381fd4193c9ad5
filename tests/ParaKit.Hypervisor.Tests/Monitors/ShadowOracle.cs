using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Monitors;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>
/// Walks all of a shadow tree and compares each page with what the guest's own tables and its physical map say, by the processor's own
/// walker: a shadow is their composition, or empty.
/// </summary>
internal static class ShadowOracle
{
    private const int MonitorSlot = 256;
    private const ulong AddressBits = (1UL << 48) - 1;

    public static void Check(DeprivilegedMachine machine)
    {
        foreach (var user in (bool[])[false, true])
        {
            if (machine.Shadow.TryGetRoot(user, out var root))
            {
                Walk(machine, root, level: 4, linear: 0, rights: ~PageTableEntries.NoExecute, user);
            }
        }
    }

    private static void Walk(DeprivilegedMachine machine, ulong table, int level, ulong linear, ulong rights, bool user)
    {
        for (var i = 0; i < PageTableEntries.PerTable; i++)
        {
            var entry = machine.Virtual.Memory.Read<ulong>(table + ((ulong)i * 8));
            var address = linear | ((ulong)i << (12 + (9 * (level - 1))));
            if (!PageTableEntries.IsPresent(entry) || (level == 4 && i == MonitorSlot) || address >= (machine.Window?.Base & AddressBits))
            {
                continue;
            }

            var below = (rights & entry) | ((rights | entry) & PageTableEntries.NoExecute);
            if (level > 1)
            {
                Walk(machine, entry & PageTableEntries.AddressMask, level - 1, address, below, user);
            }
            else
            {
                Compare(machine, (long)(address << 16) >> 16, entry, below, user);
            }
        }
    }

    private static void Compare(DeprivilegedMachine machine, long linear, ulong entry, ulong rights, bool user)
    {
        var guest = machine.Virtual.Processor;
        var frame = entry & PageTableEntries.AddressMask;
        if ((rights & PageTableEntries.User) == 0)
        {
            return;
        }

        Assert.True(Allows(guest, linear, AccessKind.Read, user, out var physical), $"shadow maps {linear:x}, the guest does not");
        Assert.Equal(physical, frame);
        if ((rights & PageTableEntries.Writable) != 0)
        {
            Assert.True(Allows(guest, linear, AccessKind.Write, user, out _), $"shadow lets {linear:x} be written, the guest does not");
            Assert.False(machine.Virtual.Memory.IsWatched(frame >> 12), $"a page table is writable at {linear:x}");
        }
    }

    private static bool Allows(Processor guest, long linear, AccessKind access, bool user, out ulong physical) =>
        guest.TryTranslate((ulong)linear, access, user, out physical, out _);
}
