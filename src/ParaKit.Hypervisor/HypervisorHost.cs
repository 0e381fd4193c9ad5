using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;
using ParaKit.Image;

namespace ParaKit.Hypervisor;

/// <summary>A machine with a hypervisor on it: owns the machine, the state of its frames and what all domains share.</summary>
internal sealed class HypervisorHost : IDisposable
{
    private const ulong OverheadBytes = 2 << 20;
    private const ulong BytesPerM2PByte = PageTableEntries.FrameBytes / sizeof(ulong);

    private readonly List<Domain> _domains = [];

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

    /// <summary>The store.</summary>
    public XenStore Store { get; } = new();

    /// <summary>The domains that were built, in order; the first is domain 1.</summary>
    public IReadOnlyList<Domain> Domains => _domains;

    /// <summary>Builds the next domain. Each has a processor of its own on the one memory and clock: only one of them runs at a time.</summary>
    /// <exception cref="DomainBuildException">The image cannot become a domain of this size.</exception>
    public Domain Build(KernelImage image, ulong memoryBytes, string commandLine, Action<ReadOnlySpan<byte>> console)
    {
        var first = Machine.Processor;
        var processor = _domains.Count == 0 ? first : new Processor(Machine.Memory, Machine.Clock, first.Costs) { Extensions = first.Extensions };
        var builder = new DomainBuilder(Machine, Allocator, Frames, MachineToPhysical);
        var domain = builder.Build(new DomainId((ushort)(_domains.Count + 1)), processor, image, memoryBytes, commandLine, console);
        domain.Others = id => _domains.Find(d => d.Id == id && d.IsAlive);
        domain.Events.Peers = id => domain.Others(id)?.Events;
        _domains.Add(domain);
        return domain;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _domains.Skip(1).ToList().ForEach(domain => domain.Vcpu.Processor.Dispose());
        Machine.Dispose();
    }
}
