using ParaKit.Abi;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Network;
using ParaKit.Hypervisor.Store;
using ParaKit.Image;

namespace ParaKit.Hypervisor;

/// <summary>A machine with a hypervisor on it: owns the machine, the state of its frames and what all domains share.</summary>
internal sealed class HypervisorHost : IDisposable
{
    private const ulong OverheadBytes = 2 << 20;
    private const ulong LeastOverheadFrames = 128;
    private const ulong BytesPerM2PByte = PageTableEntries.FrameBytes / sizeof(ulong);

    private readonly List<Domain> _domains = [];
    private readonly Dictionary<string, PhysicalDisk> _disks = new(StringComparer.Ordinal);
    private readonly Dictionary<Domain, ulong[]> _hypervisorFrames = [];
    private bool _hasBuilt;

    /// <summary>Builds a machine that is large enough for guests and the hypervisor.</summary>
    /// <param name="guestBytes">Memory of all guests together.</param>
    /// <param name="costs">What things cost.</param>
    /// <param name="extensions">What others add to the machine.</param>
    /// <param name="domains">How many guests there will be.</param>
    public HypervisorHost(ulong guestBytes, CostProfile costs, IReadOnlyList<IMachineExtension>? extensions = null, int domains = 1)
    {
        var total = guestBytes + (OverheadBytes * (ulong)domains) + (guestBytes / BytesPerM2PByte);
        total -= total % PageTableEntries.FrameBytes;
        Machine = MachineBuilder.Build(new MachineOptions { MemoryBytes = total, Costs = costs, Extensions = extensions ?? [] });
        Frames = new FrameTable(total / PageTableEntries.FrameBytes);
        Allocator = new FrameAllocator(Frames);
        MachineToPhysical = new MachineToPhysicalMap(Machine.Memory, Allocator, Frames.Count);
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>State of its frames.</summary>
    public FrameTable Frames { get; }

    /// <summary>Its free frames.</summary>
    public FrameAllocator Allocator { get; }

    /// <summary>The M2P table.</summary>
    public MachineToPhysicalMap MachineToPhysical { get; }

    /// <summary>Wall clock at system time 0, in nanoseconds since 1970; set: for all domains at once. System time, and so timers, know nothing of it.</summary>
    public ulong WallClockAtBoot
    {
        get;
        set
        {
            field = value;
            _domains.ForEach(domain => domain.Shared.WriteWallClock(value));
        }
    } = GuestClock.WallClockSeconds * GuestClock.NanosecondsPerSecond;

    /// <summary>Frames that domains have in common.</summary>
    public CooperativeSharing Sharing => field ??= new CooperativeSharing(Machine.Memory, Frames, Allocator) { Changing = id => _domains.Find(domain => domain.Id == id)?.MeterMemory() };

    /// <summary>The store.</summary>
    public XenStore Store { get; } = new();

    /// <summary>The disk that a file stands for: domains that use the same file share it.</summary>
    public PhysicalDisk DiskOf(string path)
    {
        if (!_disks.TryGetValue(path, out var disk))
        {
            _disks.Add(path, disk = new PhysicalDisk());
        }

        return disk;
    }

    /// <summary>Number of the domain that was built last, or in vain; for tests, to be set.</summary>
    public ushort LastId { get; set; }

    /// <summary>Its virtual switches.</summary>
    public VirtualNetworks Networks => field ??= new VirtualNetworks(Machine.Memory);

    /// <summary>The domains that were built and not destroyed, in order; the first is domain 1.</summary>
    public IReadOnlyList<Domain> Domains => _domains;

    /// <summary>Builds the next domain. Its virtual processors are processors of their own on the one memory.</summary>
    /// <exception cref="DomainBuildException">The image cannot become a domain of this size.</exception>
    public Domain Build(KernelImage image, ulong memoryBytes, string commandLine, Action<ReadOnlySpan<byte>> console, int vcpus = 1, TscMode tscMode = TscMode.Native, VirtualClock? clock = null)
    {
        if (vcpus is < 1 or > SharedInfo.LegacyMaximumVcpus)
        {
            throw new DomainBuildException($"'{image.Name}': a domain has 1 to {SharedInfo.LegacyMaximumVcpus} virtual processors, not {vcpus}.");
        }

        if ((memoryBytes / PageTableEntries.FrameBytes) + LeastOverheadFrames > (ulong)Allocator.Free)
        {
            throw new DomainBuildException($"'{image.Name}' needs {memoryBytes >> 20} MiB of memory, and {((ulong)Allocator.Free * PageTableEntries.FrameBytes) >> 20} MiB of the machine are free.");
        }

        var taken = Allocator.Taken;
        var builder = new DomainBuilder(Machine, Allocator, Frames, MachineToPhysical, Sharing);
        var domain = builder.Build(NextId(), MakeProcessors(vcpus, clock ?? Machine.Clock), image, memoryBytes, commandLine, console, tscMode);
        _hasBuilt = true;
        domain.Shared.WriteWallClock(WallClockAtBoot);
        domain.Others = id => _domains.Find(d => d.Id == id && d.IsAlive);
        domain.Events.Peers = id => domain.Others(id)?.Events;
        _domains.Add(domain);
        _hypervisorFrames.Add(domain, [.. Allocator.TakenSince(taken).ToArray().Where(frame => Frames[frame].Owner == DomainId.Hypervisor)]);
        return domain;
    }

    /// <summary>Takes a domain that is not alive any more away, with all that it has.</summary>
    public void Remove(Domain domain)
    {
        domain.Events.Reset();
        domain.Mappings.EndAll();
        _domains.Remove(domain);
        _domains.ForEach(other => other.Mappings.EndAll(domain.Id));
        Sharing.End(domain.Id);
        _hypervisorFrames.Remove(domain, out var frames);
        ulong[] all = [.. frames ?? [], .. Frames.OwnedBy(domain.Id)];
        foreach (var frame in all)
        {
            Machine.Memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Clear();
            MachineToPhysical[frame] = ulong.MaxValue;
        }

        Allocator.Release(all);
        DisposeProcessors(domain);
    }

    /// <summary>Numbers go up, and begin again with those that are free when there are no more, as Xen's.</summary>
    private DomainId NextId()
    {
        do
        {
            LastId = LastId == DomainIds.FirstReserved - 1 ? (ushort)1 : (ushort)(LastId + 1);
        }
        while (_domains.Exists(domain => domain.Id.Value == LastId));
        return new DomainId(LastId);
    }

    private Processor[] MakeProcessors(int count, VirtualClock clock)
    {
        var first = Machine.Processor;
        first.Clock = _hasBuilt ? first.Clock : clock;
        return [.. Enumerable.Range(0, count).Select(number => !_hasBuilt && number == 0
            ? first
            : new Processor(Machine.Memory, clock, first.Costs) { Extensions = first.Extensions })];
    }

    private void DisposeProcessors(Domain domain)
    {
        foreach (var vcpu in domain.Vcpus.Where(vcpu => vcpu.Processor != Machine.Processor))
        {
            vcpu.Processor.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Networks.Dispose();
        _domains.ForEach(DisposeProcessors);
        Machine.Dispose();
    }
}
