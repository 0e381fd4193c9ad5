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

    private readonly List<BlockFile> _files = [];
    private readonly List<(string Name, BlockBackend Backend)> _disks = [];

    /// <summary>Makes them.</summary>
    /// <exception cref="DomainBuildException">A disk's file cannot be used.</exception>
    public DomainDevices(HypervisorHost host, Domain domain, IReadOnlyList<DiskOptions> disks)
    {
        var store = new XenStore();
        var connection = new StoreConnection(store, domain.Id);
        var memory = host.Machine.Memory;
        var backend = new StoreBackend(memory, domain.StoreFrame << Memory.PageTableEntries.FrameShift, connection, domain.Events, domain.StorePort);
        domain.Events.ConnectBackend(StoreTree.Control, domain.StorePort, backend.OnEvent);
        domain.Backends.Add(backend);
        store.Set($"/local/domain/{domain.Id.Value}/name", domain.Image.Name);
        if (disks.Count > MaximumDisks)
        {
            throw new DomainBuildException($"{disks.Count} disks are too many; {MaximumDisks} are possible.");
        }

        try
        {
            for (var i = 0; i < disks.Count; i++)
            {
                var number = FirstDisk + (i * NumbersPerDisk);
                _disks.Add(($"xvd{(char)('a' + i)}", new BlockBackend(domain.Id, number, Open(disks[i]), store, domain.Grants, domain.Events, memory)));
                domain.Backends.Add(_disks[^1].Backend);
            }
        }
        catch
        {
            Dispose();
            throw;
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
    public void Dispose() => _files.ForEach(file => file.Dispose());

    private VirtualBlockDevice Open(DiskOptions disk)
    {
        try
        {
            var file = new BlockFile(disk.Path, disk.IsReadOnly);
            _files.Add(file);
            return file.Sectors > 0
                ? new VirtualBlockDevice([new BlockExtent(file, 0, file.Sectors, disk.IsReadOnly)])
                : throw new DomainBuildException($"The disk '{disk.Path}' has no whole sector.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DomainBuildException($"The disk '{disk.Path}' cannot be opened: {exception.Message}", exception);
        }
    }
}
