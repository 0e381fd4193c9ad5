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
internal sealed class DeprivilegedMachine : ITranslations, IDisposable
{
    /// <summary>Shadow tables at most, besides one for each 2 MiB of the guest in both modes.</summary>
    private const int SpareShadowTables = 512;

    private static readonly DomainId s_guest = new(1);

    private readonly MachineMemory _host;
    private readonly ulong[] _frames;
    private readonly Processor[] _directs;
    private bool _ownsHost;

    /// <summary>Builds the machine with memory of its own, without anything loaded.</summary>
    /// <param name="guestBytes">Size of the guest's memory; whole pages.</param>
    /// <param name="costs">What things cost.</param>
    /// <param name="needs">What the monitor needs.</param>
    /// <param name="extensions">What others add to the guest's machine.</param>
    /// <param name="processors">How many processors the guest has.</param>
    public DeprivilegedMachine(ulong guestBytes, CostProfile costs, MonitorNeeds needs, IReadOnlyList<IMachineExtension>? extensions = null, int processors = 1)
        : this(new MachineMemory((long)(guestBytes / PhysicalMemory.FrameBytes) + FramesFor(guestBytes, needs)), guestBytes, costs, needs, extensions, processors)
    {
    }

    /// <summary>Builds a machine whose RAM others use too.</summary>
    /// <param name="host">The RAM.</param>
    /// <param name="memory">The guest's memory in it.</param>
    /// <param name="costs">What things cost.</param>
    /// <param name="needs">What the monitor needs.</param>
    /// <param name="extensions">What others add to the guest's machine.</param>
    /// <param name="processors">How many processors the guest has.</param>
    public DeprivilegedMachine(
        MachineMemory host, PseudoPhysicalMemory memory, CostProfile costs, MonitorNeeds needs, IReadOnlyList<IMachineExtension>? extensions = null, int processors = 1)
    {
        Virtual = MachineBuilder.Build(new MachineOptions
        {
            SharedMemory = host.Memory,
            Costs = EmulationCosts(costs),
            Extensions = extensions ?? [],
            Processors = processors,
        });
        Memory = memory;
        (_host, _frames) = (host, host.Allocator.Take(DomainId.Hypervisor, FramesFor(memory.Size, needs)));
        Pool = new ShadowPool(host.Memory, _frames);
        Nested = new NestedTables(host.Memory, Memory, Pool);
        foreach (var processor in Virtual.Processors)
        {
            processor.NestedCr3 = Nested.Root;
            processor.Controls = new ExitControls { NestedPageFault = memory.IsOvercommitted };
        }

        Window = needs.WindowBytes == 0 ? null : new MonitorWindow(host.Memory, Pool, needs.WindowBytes);
        Shadow = new ShadowPaging(host.Memory, Memory, Nested, Virtual.Processor, Pool, MonitorArea.Build(host.Memory, Pool), Window);
        _directs = [.. Virtual.Processors.Select(processor => MakeDirect(processor, costs, needs))];
        Direct = _directs[0];
    }

    private DeprivilegedMachine(
        MachineMemory host, ulong guestBytes, CostProfile costs, MonitorNeeds needs, IReadOnlyList<IMachineExtension>? extensions, int processors)
        : this(
            host,
            new PseudoPhysicalMemory(host.Memory, host.Allocator.Take(s_guest, (int)(guestBytes / PhysicalMemory.FrameBytes))),
            costs,
            needs,
            extensions,
            processors) => _ownsHost = true;

    /// <summary>The machine as the guest believes it to be.</summary>
    public Machine Virtual { get; }

    /// <summary>The guest's memory.</summary>
    public PseudoPhysicalMemory Memory { get; }

    /// <summary>What translates the guest-physical addresses of the guest's own processor.</summary>
    public NestedTables Nested { get; }

    /// <summary>The processor that executes for the guest's, at privilege level 3: for the one that the machine acts for.</summary>
    public Processor Direct { get; private set; }

    /// <summary>The rules that the shadows were made by; null before there are any.</summary>
    public PagingRules? Rules { get; set; }

    /// <summary>From now on all speaks of one of the guest's processors.</summary>
    public void ActFor(int number)
    {
        Virtual.ActFor(number);
        Shadow.ActFor(Virtual.Processor);
        Direct = _directs[number];
    }

    /// <summary>What that processor's page tables are.</summary>
    public ShadowPaging Shadow { get; }

    /// <summary>What the monitor has in the kernel's address space, if anything.</summary>
    public MonitorWindow? Window { get; }

    /// <summary>The monitor's frames.</summary>
    public ShadowPool Pool { get; }

    /// <summary>Frames that a monitor has for itself, besides those of the guest's memory.</summary>
    public static int FramesFor(ulong guestBytes, MonitorNeeds needs)
    {
        var tables = (2 * (int)(guestBytes / PhysicalMemory.FrameBytes / PageTableEntries.PerTable)) + SpareShadowTables;
        return NestedTables.FramesFor(guestBytes) + tables + needs.ExtraFrames + MonitorWindow.FramesFor(needs.WindowBytes);
    }

    /// <inheritdoc/>
    public void Revoke(Pfn page, Mfn frame)
    {
        Nested.Remove(page);
        foreach (var processor in Virtual.Processors)
        {
            processor.FlushTlb();
        }

        Shadow.Revoke(frame.Number);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_directs, direct => direct.Dispose());
        Virtual.Dispose();
        Shadow.Dispose();
        if (_ownsHost)
        {
            _host.Dispose();
        }
        else
        {
            Array.ForEach(_frames, _host.Allocator.Return);
        }
    }

    private Processor MakeDirect(Processor processor, CostProfile costs, MonitorNeeds needs)
    {
        var direct = new Processor(_host.Memory, processor.Clock, costs, observed: needs.Observed) { Extensions = processor.Extensions };
        Deprivileging.Initialize(direct);
        return direct;
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
