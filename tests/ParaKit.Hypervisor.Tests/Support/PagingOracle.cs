using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>
/// Counts from nothing: looks at all memory and says what the frame table should hold. Shares no code with direct paging
/// except the names of bits.
/// </summary>
internal sealed class PagingOracle(TestHost host)
{
    private readonly Dictionary<ulong, (uint Types, uint References)> _expected = [];
    private readonly Dictionary<ulong, PageType> _types = [];

    public static void Check(TestHost host) => new PagingOracle(host).Run();

    private void Run()
    {
        var domain = host.Domain;
        foreach (var frame in domain.Frames)
        {
            Use(frame, PageType.None);
        }

        UseBases(domain);
        foreach (var frame in domain.Frames)
        {
            if (host.Info(frame) is { IsPageTable: true } info)
            {
                Assert.True(info.Validated, $"table {frame:x} in use but not validated");
                ScanTable(frame, info.Type);
            }
        }

        foreach (var frame in domain.Frames)
        {
            var info = host.Info(frame);
            Assert.Equal((info.TypeCount, info.ReferenceCount), _expected[frame]);
        }
    }

    private void UseBases(Domain domain)
    {
        Use(domain.Vcpu.KernelTable, PageType.L4Table);
        if (domain.Vcpu.UserTable != 0)
        {
            Use(domain.Vcpu.UserTable, PageType.L4Table);
        }

        Use(domain.StoreFrame, PageType.Writable);
        Use(domain.ConsoleFrame, PageType.Writable);
        foreach (var frame in domain.Vcpu.DescriptorFrames)
        {
            Use(frame, PageType.SegmentDescriptors);
        }

        foreach (var frame in domain.Frames)
        {
            if (host.Info(frame).Pinned)
            {
                Use(frame, host.Info(frame).Type);
            }
        }
    }

    private void ScanTable(ulong frame, PageType type)
    {
        for (var i = 0; i < 512; i++)
        {
            var entry = host.Host.Machine.Memory.Read<ulong>((frame << 12) + ((ulong)i * 8));
            if (type == PageType.L4Table && i is >= 256 and <= 271)
            {
                Assert.Equal(HypervisorEntry(i), entry);
            }
            else if ((entry & 1) != 0)
            {
                ScanEntry(entry, type);
            }
        }
    }

    private void ScanEntry(ulong entry, PageType table)
    {
        var target = (entry >> 12) & 0xff_ffff_ffff;
        Assert.Equal(0ul, entry & (table == PageType.L1Table ? 0x98ul : 0x198ul));
        Assert.NotEqual(0ul, entry & 4);
        Assert.Equal(host.Domain.Id, host.Info(target).Owner);
        if (table != PageType.L1Table)
        {
            Use(target, table - 1);
        }
        else
        {
            Use(target, (entry & 2) != 0 ? PageType.Writable : PageType.None);
        }
    }

    /// <summary>One use; fails if the frame is used as two different things at once.</summary>
    private void Use(ulong frame, PageType type)
    {
        var (types, references) = _expected.GetValueOrDefault(frame);
        _expected[frame] = (types + (type == PageType.None ? 0u : 1u), references + 1);
        if (type != PageType.None)
        {
            Assert.True(_types.GetValueOrDefault(frame, type) == type, $"frame {frame:x} is used as {_types.GetValueOrDefault(frame)} and as {type}");
            _types[frame] = type;
            Assert.Equal(type, host.Info(frame).Type);
        }
    }

    private ulong HypervisorEntry(int slot) =>
        slot == host.Host.MachineToPhysical.Slot.Index ? host.Host.MachineToPhysical.Slot.Entry
        : slot == host.Domain.Vcpu.Descriptors.Slot.Index ? host.Domain.Vcpu.Descriptors.Slot.Entry
        : 0;
}
