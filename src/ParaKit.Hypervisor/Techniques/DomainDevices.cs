using System.Globalization;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Store;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>The store and the back ends of a domain: domain 0's part, as a service of the host.</summary>
internal sealed class DomainDevices : IDisposable
{
    // Xen docs "vbd-interface": major 202 << 8, 16 partitions each.
    private const int FirstDisk = 51712;
    private const int NumbersPerDisk = 16;
    private const int MaximumDisks = 16;

    private readonly DiskFiles _files;
    private readonly List<(string Name, BlockBackend Backend)> _disks = [];

    /// <summary>Makes them.</summary>
    /// <exception cref="DomainBuildException">A disk's file cannot be used.</exception>
    public DomainDevices(HypervisorHost host, Domain domain, IReadOnlyList<DiskOptions> disks, ReadOnlyMemory<byte> input)
    {
        var store = host.Store;
        var connection = new StoreConnection(store, domain.Id);
        var memory = host.Machine.Memory;
        var backend = new StoreBackend(memory, domain.StoreFrame << Memory.PageTableEntries.FrameShift, connection, domain.Events, domain.StorePort);
        domain.Events.ConnectBackend(StoreTree.Control, domain.StorePort, backend.OnEvent);
        domain.Backends.Add(backend);
        var console = new ConsoleBackend(memory, domain.ConsoleFrame << Memory.PageTableEntries.FrameShift, domain.Events, domain.ConsolePort, domain.Console, input);
        domain.Events.ConnectBackend(StoreTree.Control, domain.ConsolePort, console.OnEvent);
        domain.Backends.Add(console);
        var home = $"/local/domain/{domain.Id.Value}";
        store.Set(home + "/name", domain.Image.Name);
        store.Set(home + "/domid", domain.Id.Value.ToString(CultureInfo.InvariantCulture));
        store.MakeFor(home + "/data", domain.Id, StoreTree.Control);
        _files = RunDisks.Open(disks, MaximumDisks);
        foreach (var (i, device) in _files.Devices.Index())
        {
            var block = new BlockBackend(domain.Id, FirstDisk + (i * NumbersPerDisk), device, store, domain.Grants, domain.Events, memory);
            _disks.Add(($"xvd{(char)('a' + i)}", block));
            domain.Backends.Add(block);
        }
    }

    /// <summary>What they did.</summary>
    public IReadOnlyDictionary<string, long> Snapshot()
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, backend) in _disks)
        {
            counts[name + " requests"] = backend.Counters.Done;
            counts[name + " requests failed"] = backend.Counters.Failed;
            counts[name + " bytes read"] = backend.Counters.BytesRead;
            counts[name + " bytes written"] = backend.Counters.BytesWritten;
        }

        return counts;
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
