using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>
/// A machine for an unmodified guest whose kernel must not run at privilege level 0: the machine that the guest believes in, the
/// processor that really executes, memory in machine frames of the monitor's choice, and shadow page tables between them.
/// </summary>
internal sealed class DeprivilegedMachine : IDisposable
{
    /// <summary>Shadow tables at most, besides one for each 2 MiB of the guest in both modes.</summary>
    private const int SpareShadowTables = 512;

    private static readonly DomainId s_guest = new(1);

    /// <summary>Builds the machine, without anything loaded.</summary>
    /// <param name="guestBytes">Size of the guest's memory; whole pages.</param>
    /// <param name="costs">What things cost.</param>
    /// <param name="extraFrames">Machine frames that the monitor needs for other things.</param>
    /// <param name="windowBytes">Bytes of the monitor's window in the kernel's address space; whole multiples of 2 MiB, 0 for none.</param>
    /// <param name="observed">Instructions that the real processor stops in front of.</param>
    /// <param name="extensions">What others add to the guest's machine.</param>
    public DeprivilegedMachine(
        ulong guestBytes,
        CostProfile costs,
        int extraFrames,
        ulong windowBytes = 0,
        IReadOnlySet<Iced.Intel.Code>? observed = null,
        IReadOnlyList<IMachineExtension>? extensions = null)
    {
        var guestFrames = guestBytes / PhysicalMemory.FrameBytes;
        var tables = (2 * (int)(guestFrames / PageTableEntries.PerTable)) + SpareShadowTables;
        var monitorFrames = NestedTables.FramesFor(guestBytes) + tables + extraFrames + MonitorWindow.FramesFor(windowBytes);
        var frames = new FrameTable(guestFrames + (ulong)monitorFrames + 1);
        var allocator = new FrameAllocator(frames);
        Virtual = MachineBuilder.Build(new MachineOptions
        {
            MemoryBytes = frames.Count * PhysicalMemory.FrameBytes,
            Costs = EmulationCosts(costs),
            Extensions = extensions ?? [],
        });
        Memory = new PseudoPhysicalMemory(Virtual.Memory, allocator.Take(s_guest, (int)guestFrames));
        Pool = new ShadowPool(Virtual.Memory, allocator.Take(DomainId.Hypervisor, monitorFrames));
        Virtual.Processor.NestedCr3 = NestedTables.Build(Virtual.Memory, Memory, Pool);
        Window = windowBytes == 0 ? null : new MonitorWindow(Virtual.Memory, Pool, windowBytes);
        Shadow = new ShadowPaging(Virtual.Memory, Memory, Virtual.Processor, Pool, MonitorArea.Build(Virtual.Memory, Pool), Window);
        Direct = new Processor(Virtual.Memory, Virtual.Clock, costs, observed: observed) { Extensions = Virtual.Processor.Extensions };
        Deprivileging.Initialize(Direct);
    }

    /// <summary>The machine as the guest believes it to be.</summary>
    public Machine Virtual { get; }

    /// <summary>The guest's memory.</summary>
    public PseudoPhysicalMemory Memory { get; }

    /// <summary>The processor that executes for the guest, at privilege level 3.</summary>
    public Processor Direct { get; }

    /// <summary>What that processor's page tables are.</summary>
    public ShadowPaging Shadow { get; }

    /// <summary>What the monitor has in the kernel's address space, if anything.</summary>
    public MonitorWindow? Window { get; }

    /// <summary>The monitor's frames.</summary>
    public ShadowPool Pool { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Direct.Dispose();
        Virtual.Dispose();
    }

    /// <summary>
    /// What the virtual machine's work costs, which software does: devices are modelled, and page tables are read by ordinary instructions.
    /// </summary>
    private static CostProfile EmulationCosts(CostProfile costs) =>
        costs with
        {
            PortAccess = costs.ModelledPortAccess,
            PageWalkReference = costs.Instruction,
            ControlRegisterWrite = costs.Instruction,
        };
}
