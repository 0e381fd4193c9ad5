using System.Globalization;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Devices;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Network;
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
    private readonly List<(string Name, NetworkBackend Backend)> _interfaces = [];

    /// <summary>Makes them.</summary>
    /// <exception cref="DomainBuildException">A disk's file cannot be used, or an address is taken.</exception>
    public DomainDevices(HypervisorHost host, Domain domain, RunRequest run)
    {
        var store = host.Store;
        var connection = new StoreConnection(store, domain.Id);
        var memory = host.Machine.Memory;
        var backend = new StoreBackend(memory, domain.StoreFrame << Memory.PageTableEntries.FrameShift, connection, domain.Events, domain.StorePort);
        domain.Events.ConnectBackend(StoreTree.Control, domain.StorePort, backend.OnEvent);
        domain.Backends.Add(backend);
        var console = new ConsoleBackend(memory, domain.ConsoleFrame << Memory.PageTableEntries.FrameShift, domain.Events, domain.ConsolePort, domain.Console, run.ConsoleInput);
        domain.Events.ConnectBackend(StoreTree.Control, domain.ConsolePort, console.OnEvent);
        domain.Backends.Add(console);
        var home = $"/local/domain/{domain.Id.Value}";
        store.Set(home + "/name", domain.Image.Name);
        store.Set(home + "/domid", domain.Id.Value.ToString(CultureInfo.InvariantCulture));
        store.MakeFor(home + "/data", domain.Id, StoreTree.Control);
        store.Set(home + "/memory/static-max", Kibibytes((long)domain.Quota.Maximum));
        SetMemoryTarget(store, domain, (long)domain.Quota.Maximum);
        _files = RunDisks.Open(run.Disks, MaximumDisks);
        var devices = new DeviceHost(domain.Id, store, domain.Grants, domain.Events, memory);
        foreach (var (i, device) in _files.Devices.Index())
        {
            var block = new BlockBackend(devices, FirstDisk + (i * NumbersPerDisk), device);
            _disks.Add(($"xvd{(char)('a' + i)}", block));
            domain.Backends.Add(block);
        }

        AddInterfaces(host.Networks, domain, devices, run.Interfaces);
    }

    private void AddInterfaces(VirtualNetworks networks, Domain domain, DeviceHost devices, IReadOnlyList<VifOptions> interfaces)
    {
        foreach (var (i, vif) in interfaces.Index())
        {
            try
            {
                var network = new NetworkBackend(devices, i, networks.Switch(vif.Switch), vif.Of(domain.Id.Value, i));
                _interfaces.Add(($"vif{i}", network));
                domain.Backends.Add(network);
            }
            catch (ArgumentException exception)
            {
                Dispose();
                throw new DomainBuildException($"The interface cannot be had: {exception.Message}", exception);
            }
        }

        foreach (var name in interfaces.Select(vif => vif.Switch).Distinct())
        {
            networks.BackendsOf(name).ToList().ForEach(domain.Backends.Add);
        }
    }

    /// <summary>Tells a domain's balloon driver how much memory it is to have, and lets it have no more. Xen docs "xenstore-paths", "memory/target".</summary>
    public static void SetMemoryTarget(XenStore store, Domain domain, long pages)
    {
        domain.Quota.Maximum = (ulong)pages;
        store.Set($"/local/domain/{domain.Id.Value}/memory/target", Kibibytes(pages));
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

        foreach (var (name, backend) in _interfaces)
        {
            NetworkCounts.Add(counts, name, backend.Port.Counters);
        }

        return counts;
    }

    private static string Kibibytes(long pages) => (pages * (Memory.PageTableEntries.FrameBytes >> 10)).ToString(CultureInfo.InvariantCulture);

    /// <summary>What is on its way is lost, and gives back what it uses of the domain.</summary>
    public void Dispose()
    {
        _disks.ForEach(disk => disk.Backend.Die());
        _interfaces.ForEach(vif => vif.Backend.Remove());
        _files.Dispose();
    }
}
