using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;
using static ParaKit.Hypervisor.Memory.PageTableEntries;

namespace ParaKit.Hypervisor.Tests.Memory;

/// <summary>Every change of the flags of a last-level entry to any others: 2^24 pairs.</summary>
public sealed class EntryPairTests : IDisposable
{
    private const ulong Table = 1;
    private const ulong Page = 2;
    private const ulong OtherTable = 3;
    private const ulong Place = Table << FrameShift;
    private const int FlagPatterns = 1 << 12;

    private static readonly DomainId s_owner = new(1);

    private readonly PhysicalMemory _memory = new(8 * PhysicalMemory.FrameBytes);
    private readonly FrameTable _frames = new(8);
    private readonly DirectPaging _paging;

    public EntryPairTests()
    {
        _paging = new DirectPaging(_frames, _memory);
        foreach (var frame in new[] { Table, Page, OtherTable })
        {
            _frames.Assign(frame, s_owner);
        }

        Assert.Equal(Errno.None, _paging.Pin(Table, s_owner, PageType.L1Table));
        Assert.Equal(Errno.None, _paging.Pin(OtherTable, s_owner, PageType.L1Table));
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Of an ordinary page anything can be mapped but cache attributes and large pages; of a table, nothing that is writable.</summary>
    [Theory]
    [InlineData(Page)]
    [InlineData(OtherTable)]
    public void EveryPair_LeavesCountsAndEntryRight(ulong target)
    {
        var (uses, references) = (_frames[target].TypeCount, _frames[target].ReferenceCount);
        for (ulong old = 0; old < FlagPatterns; old++)
        {
            Assert.Equal(Expected(old, target), Set(target, old));
            if (Expected(old, target) != Errno.None)
            {
                continue;
            }

            var stored = _memory.Read<ulong>(Place);
            for (ulong flags = 0; flags < FlagPatterns; flags++)
            {
                var result = Set(target, flags);
                var now = result == Errno.None ? Adjust(Make(target, flags), PageType.L1Table) : stored;
                var isRight = result == Expected(flags, target)
                    && _memory.Read<ulong>(Place) == now
                    && _frames[target].ReferenceCount == references + (IsPresent(now) ? 1u : 0)
                    && _frames[target].TypeCount == uses + (IsWritable(now) ? 1u : 0);
                Assert.True(isRight, $"From 0x{old:x} to 0x{flags:x}: {result}, entry 0x{_memory.Read<ulong>(Place):x}, {_frames[target]}.");
                if (result == Errno.None)
                {
                    Set(target, old);
                }
            }
        }
    }

    private static Errno Expected(ulong flags, ulong target) =>
        !IsPresent(flags) ? Errno.None
        : (flags & (WriteThrough | CacheDisable | PageSize)) != 0 ? Errno.EINVAL
        : IsWritable(flags) && target == OtherTable ? Errno.EBUSY
        : Errno.None;

    private Errno Set(ulong target, ulong flags) => _paging.Update(Place, Make(target, flags), s_owner);
}
