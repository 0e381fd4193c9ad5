using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Memory;

/// <summary>
/// Two virtual processors at the same frames: one makes a page a table, the other maps it writable. Whatever the order of their hypercalls, no frame is both. With a planted check-then-act
/// race the explorer finds an order in which one is.
/// </summary>
public sealed class PagingRaceTests
{
    private const int Schedules = 100;
    private const ulong Target = MicroGuest.Scratch;

    [Fact]
    public void Hypercalls_InAnyOrder_KeepTypesApart()
    {
        var seed = Random.Shared.Next();
        Assert.True(Explorer(isRacy: false).Explore(seed, Schedules) is null, $"{Explorer(isRacy: false).Explore(seed, Schedules)}, seed {seed}");
    }

    /// <summary>Whether a frame can become a table is looked at in one step and acted upon in the next: within so many orders that is found, with any seed, and again with the same.</summary>
    [Fact]
    public void PlantedRace_IsFound_AndFoundAgain()
    {
        var seed = Random.Shared.Next();
        var found = Explorer(isRacy: true).Explore(seed, Schedules);
        Assert.True(found is not null, $"seed {seed}");
        Assert.Equal(found, Explorer(isRacy: true).Explore(seed, Schedules));
    }

    private static ScheduleExplorer<TestHost> Explorer(bool isRacy) => new(
        () => new TestHost(MicroGuest.Build(guest => guest.Shutdown()), vcpus: 2),
        host => [isRacy ? MakeTableInTwoSteps(host) : MakeTable(host), MapWritable(host)],
        PagingOracle.Check);

    /// <summary>As a kernel does: first the frame is no longer mapped writable, then it is pinned; and all back.</summary>
    private static Action[] MakeTable(TestHost host) =>
    [
        () => Map(host, isWritable: false),
        () => host.Domain.Paging.Pin(host.MachineFrame(Target), host.Domain.Id, PageType.L1Table),
        () => host.Domain.Paging.Unpin(host.MachineFrame(Target), host.Domain.Id),
    ];

    private static Action[] MakeTableInTwoSteps(TestHost host)
    {
        var isFree = false;
        return
        [
            () => Map(host, isWritable: false),
            () => isFree = host.Info(host.MachineFrame(Target)).TypeCount == 0,
            () =>
            {
                if (isFree)
                {
                    ref var info = ref host.Host.Frames.Mutable(host.MachineFrame(Target));
                    (info.Type, info.TypeCount, info.Validated, info.Pinned) = (PageType.L1Table, 1, true, true);
                    info.ReferenceCount++;
                }
            },
        ];
    }

    private static Action[] MapWritable(TestHost host) =>
    [
        () => Map(host, isWritable: true),
        () => Map(host, isWritable: false),
        () => Map(host, isWritable: true),
    ];

    /// <summary>update_va_mapping of a processor; both use the same tables. It may be refused.</summary>
    private static void Map(TestHost host, bool isWritable)
    {
        var entry = PageTableEntries.Make(host.MachineFrame(Target), PageTableEntries.Present | (isWritable ? PageTableEntries.Writable : 0));
        host.Call(HypercallNumber.UpdateVaMapping, Target, entry, (ulong)UpdateVaMappingFlags.InvalidatePage | (ulong)UpdateVaMappingFlags.All);
    }
}
