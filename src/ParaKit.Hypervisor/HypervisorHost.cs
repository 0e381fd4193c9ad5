using ParaKit.Hardware;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Image;

namespace ParaKit.Hypervisor;

/// <summary>A machine with a hypervisor on it: owns the machine, the state of its frames and what all domains share.</summary>
internal sealed class HypervisorHost : IDisposable
{
    private const ulong OverheadBytes = 2 << 20;
    private const ulong BytesPerM2PByte = PageTableEntries.FrameBytes / sizeof(ulong);

    private static readonly DomainId FirstDomain = new(1);

    /// <summary>Builds a machine that is large enough for a guest and the hypervisor.</summary>
    public HypervisorHost(ulong guestBytes, CostProfile costs, IReadOnlyList<IMachineExtension>? extensions = null)
    {
        var total = guestBytes + OverheadBytes + (guestBytes / BytesPerM2PByte);
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

    /// <summary>Builds the domain.</summary>
    /// <exception cref="DomainBuildException">The image cannot become a domain of this size.</exception>
    public Domain Build(KernelImage image, ulong memoryBytes, string commandLine, Action<ReadOnlySpan<byte>> console) =>
        new DomainBuilder(Machine, Allocator, Frames, MachineToPhysical).Build(FirstDomain, image, memoryBytes, commandLine, console);

    /// <inheritdoc/>
    public void Dispose() => Machine.Dispose();
}
