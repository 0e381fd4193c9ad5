using ParaKit.Guest.Xen;

namespace ParaKit.Guest.Tests;

/// <summary>Delivery of events against a set of ports, as a state machine: ports become pending, are masked and unmasked as Xen does it, and are taken in the order of priority.</summary>
public sealed unsafe class PendingEventsTests
{
    private const int Words = 64;
    private const int Ports = Words * 64;
    private const int Steps = 4000;

    [Fact]
    public void Ports_AreTakenOnce_LowestFirst_AndNeverMasked()
    {
        int seed = Random.Shared.Next();
        Random random = new(seed);
        ulong selector = 0;
        ulong* pending = stackalloc ulong[Words];
        ulong* mask = stackalloc ulong[Words];
        SortedSet<uint> set = [];
        HashSet<uint> masked = [];
        int taken = 0;
        for (int step = 0; step < Steps; step++)
        {
            uint port = (uint)random.Next(random.Next(2) == 0 ? 8 : Ports);
            switch (random.Next(5))
            {
                case 0 or 1:
                    set.Add(port);
                    pending[port / 64] |= 1UL << (int)(port % 64);
                    selector |= masked.Contains(port) ? 0 : 1UL << (int)(port / 64);
                    break;
                case 2:
                    masked.Add(port);
                    mask[port / 64] |= 1UL << (int)(port % 64);
                    break;
                case 3:
                    // EVTCHNOP_unmask: a pending port is delivered now.
                    masked.Remove(port);
                    mask[port / 64] &= ~(1UL << (int)(port % 64));
                    selector |= set.Contains(port) ? 1UL << (int)(port / 64) : 0;
                    break;
                default:
                    uint[] ready = [.. set.Where(p => !masked.Contains(p)).Take(1)];
                    bool found = PendingEvents.TryTake(ref selector, pending, mask, out uint got);
                    Assert.True(found == (ready.Length == 1) && (!found || got == ready[0]), $"seed {seed}, step {step}: {found} {got}");
                    taken += found ? 1 : 0;
                    set.Remove(found ? got : uint.MaxValue);
                    break;
            }
        }

        Assert.True(taken > Steps / 10, $"{taken} taken");
    }
}
