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
    private const int MaximumInterfaces = 8;

    private readonly HypervisorHost _host;
    private readonly Domain _domain;
    private readonly DeviceHost _devices;
    private readonly ConsoleBackend _console;
    private readonly StoreConnection _connection;
    private readonly DiskFiles _files = new();
    private readonly List<(string Name, BlockBackend Backend, IBackend Served)> _disks = [];
    private readonly List<(string Name, string Switch, NetworkBackend Backend, IBackend Served)> _interfaces = [];
    private int _diskCount;
    private int _interfaceCount;

    /// <summary>Makes them.</summary>
    /// <exception cref="DomainBuildException">A disk's file cannot be used, or an address is taken.</exception>
    public DomainDevices(HypervisorHost host, Domain domain, RunRequest run)
    {
        (_host, _domain) = (host, domain);
        _devices = new DeviceHost(domain.Id, host.Store, domain.Grants, domain.Events, host.Machine.Memory, domain.Backends.Work);
        _connection = new StoreConnection(host.Store, domain.Id);
        _console = new ConsoleBackend(
            host.Machine.Memory, domain.ConsoleFrame << Memory.PageTableEntries.FrameShift, domain.Events, domain.ConsolePort, domain.Console, run.ConsoleInput, domain.Backends.Work);
        AddStoreAndConsole();
        try
        {
            RunDisks.RequireAtMost(run.Disks.Count, MaximumDisks);
            run.Disks.ToList().ForEach(disk => AddDisk(disk));
            run.Interfaces.ToList().ForEach(vif => AddInterface(vif));
        }
        catch
        {
            Forget();
            throw;
        }
    }

    private void AddStoreAndConsole()
    {
        var (store, memory, domain) = (_host.Store, _host.Machine.Memory, _domain);
        var backend = new StoreBackend(memory, domain.StoreFrame << Memory.PageTableEntries.FrameShift, _connection, domain.Events, domain.StorePort, domain.Backends.Work);
        domain.Events.ConnectBackend(StoreTree.Control, domain.StorePort, backend.OnEvent);
        domain.Backends.Add(backend);
        domain.Events.ConnectBackend(StoreTree.Control, domain.ConsolePort, _console.OnEvent);
        domain.Backends.Add(_console);
        var home = $"/local/domain/{domain.Id.Value}";
        store.Set(home + "/name", domain.Image.Name);
        store.Set(home + "/domid", domain.Id.Value.ToString(CultureInfo.InvariantCulture));
        store.MakeFor(home + "/data", domain.Id, StoreTree.Control);
        store.Set(home + "/memory/static-max", Kibibytes((long)domain.Quota.Maximum));
        SetMemoryTarget(store, domain, (long)domain.Quota.Maximum);
    }

    /// <summary>Somebody types on the console; returns how many bytes there was room for.</summary>
    public int Type(ReadOnlySpan<byte> bytes) => _console.Type(bytes);

    /// <summary>Adds a disk, and returns its name.</summary>
    /// <exception cref="DomainBuildException">Its file cannot be used, or there are too many.</exception>
    public string AddDisk(DiskOptions disk)
    {
        RunDisks.RequireAtMost(_diskCount + 1, MaximumDisks);
        RunDisks.Add(_files, disk);
        var physical = disk.Medium is null ? _host.DiskOf(Path.GetFullPath(disk.Path)) : null;
        var block = new BlockBackend(_devices, FirstDisk + (_diskCount * NumbersPerDisk), _files.Devices[^1], physical);
        var served = disk.Serve?.Invoke(block) ?? block;
        var name = $"xvd{(char)('a' + _diskCount++)}";
        _disks.Add((name, block, served));
        _domain.Backends.Add(served);
        return name;
    }

    /// <summary>Adds a network interface, and returns its name.</summary>
    /// <exception cref="DomainBuildException">Its address is taken, or there are too many.</exception>
    public string AddInterface(VifOptions vif)
    {
        if (_interfaceCount == MaximumInterfaces)
        {
            throw new DomainBuildException($"{_interfaceCount + 1} network interfaces are too many; {MaximumInterfaces} are possible.");
        }

        NetworkBackend network;
        try
        {
            network = new NetworkBackend(_devices, _interfaceCount, _host.Networks.Switch(vif.Switch), vif.Of(_domain.Id.Value, _interfaceCount));
        }
        catch (ArgumentException exception)
        {
            throw new DomainBuildException($"The interface cannot be had: {exception.Message}", exception);
        }

        var name = $"vif{_interfaceCount++}";
        var served = vif.Serve?.Invoke(network) ?? network;
        _domain.Backends.Add(served);
        if (!_interfaces.Exists(other => other.Switch == vif.Switch))
        {
            _host.Networks.BackendsOf(vif.Switch).ToList().ForEach(_domain.Backends.Add);
        }

        _interfaces.Add((name, vif.Switch, network, served));
        return name;
    }

    /// <summary>Takes a device away.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public void Remove(string name)
    {
        if (_disks.Find(disk => disk.Name == name) is { Name: not null } found)
        {
            found.Backend.Remove();
            _domain.Backends.Remove(found.Served);
        }
        else if (_interfaces.Find(vif => vif.Name == name) is { Name: not null } vif)
        {
            vif.Backend.Remove();
            _domain.Backends.Remove(vif.Served);
        }
        else
        {
            throw new ArgumentException($"There is no device '{name}'.", nameof(name));
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
        foreach (var (name, backend, _) in _disks)
        {
            counts[name + " requests"] = backend.Counters.Done;
            counts[name + " requests failed"] = backend.Counters.Failed;
            counts[name + " bytes read"] = backend.Counters.BytesRead;
            counts[name + " bytes written"] = backend.Counters.BytesWritten;
        }

        foreach (var (name, _, backend, _) in _interfaces)
        {
            NetworkCounts.Add(counts, name, backend.Port.Counters);
        }

        return counts;
    }

    /// <summary>What they did, all together.</summary>
    public DeviceTotals Totals()
    {
        BlockCounters[] disks = [.. _disks.Select(disk => disk.Backend.Counters)];
        NetworkCounters[] interfaces = [.. _interfaces.Select(vif => vif.Backend.Port.Counters)];
        return new DeviceTotals
        {
            Disks = disks.Length,
            DiskReads = disks.Sum(disk => disk.Reads),
            DiskWrites = disks.Sum(disk => disk.Writes),
            DiskBytesRead = disks.Sum(disk => disk.BytesRead),
            DiskBytesWritten = disks.Sum(disk => disk.BytesWritten),
            Interfaces = interfaces.Length,
            PacketsSent = interfaces.Sum(vif => vif.Sent),
            PacketsReceived = interfaces.Sum(vif => vif.Received),
            BytesSent = interfaces.Sum(vif => vif.BytesSent),
            BytesReceived = interfaces.Sum(vif => vif.BytesReceived),
        };
    }

    /// <summary>Makes what was written to disks durable.</summary>
    /// <exception cref="IOException">The host has no room, or fails.</exception>
    public void Flush() => _files.Flush();

    private static string Kibibytes(long pages) => (pages * (Memory.PageTableEntries.FrameBytes >> 10)).ToString(CultureInfo.InvariantCulture);

    /// <summary>The domain is gone: its devices end, and nothing of it is left in the store.</summary>
    public void Forget()
    {
        Dispose();
        _disks.ForEach(disk => disk.Backend.Forget());
        _interfaces.ForEach(vif => vif.Backend.Forget());
        _connection.Close();
        _host.Store.Forget(_domain.Id);
    }

    /// <summary>What is on its way is lost, and gives back what it uses of the domain.</summary>
    public void Dispose()
    {
        _disks.ForEach(disk => disk.Backend.Die());
        _interfaces.ForEach(vif => vif.Backend.Remove());
        _files.Dispose();
    }
}
