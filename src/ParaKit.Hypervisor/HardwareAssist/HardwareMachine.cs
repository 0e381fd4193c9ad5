using ParaKit.Hardware;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;
using ParaKit.Hardware.Virtualization;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>A machine with hardware assist and one guest on it: processor, control structure, nested page tables, the guest's memory and devices.</summary>
internal sealed class HardwareMachine : ITranslations, IDisposable
{
    private static readonly DomainId s_guest = new(1);

    private readonly MachineMemory _host;
    private readonly List<ulong> _tables = [];
    private bool _ownsHost;

    /// <summary>Builds the machine with memory of its own, without anything loaded.</summary>
    /// <param name="guestBytes">Size of the guest's memory; whole pages.</param>
    /// <param name="costs">What things cost.</param>
    /// <param name="extensions">What others add to it.</param>
    /// <param name="processors">How many processors it has.</param>
    public HardwareMachine(ulong guestBytes, CostProfile costs, IReadOnlyList<IMachineExtension>? extensions = null, int processors = 1)
        : this(new MachineMemory((long)(guestBytes / PhysicalMemory.FrameBytes) + (2 * TablesFor(guestBytes))), guestBytes, costs, extensions, processors)
    {
    }

    /// <summary>Builds a machine whose RAM others use too.</summary>
    /// <param name="host">The RAM.</param>
    /// <param name="memory">The guest's memory in it.</param>
    /// <param name="costs">What things cost.</param>
    /// <param name="extensions">What others add to it.</param>
    /// <param name="processors">How many processors it has.</param>
    public HardwareMachine(MachineMemory host, PseudoPhysicalMemory memory, CostProfile costs, IReadOnlyList<IMachineExtension>? extensions, int processors = 1)
    {
        _host = host;

        // The guest's ports are those of models, which the hypervisor asks.
        Machine = MachineBuilder.Build(new MachineOptions
        {
            SharedMemory = host.Memory,
            Costs = costs with { PortAccess = costs.ModelledPortAccess },
            Extensions = extensions ?? [],
            Processors = processors,
        });

        // Interrupts of the guest's devices reach it by injection only.
        foreach (var processor in Machine.Processors)
        {
            processor.Interrupts = null;
        }

        Memory = memory;
        Nested = MakeTables(host);
        GuestsGuest = MakeTables(host);
        Controls = [.. Machine.Processors.Select(_ => MakeControl())];
    }

    private HardwareMachine(MachineMemory host, ulong guestBytes, CostProfile costs, IReadOnlyList<IMachineExtension>? extensions, int processors)
        : this(host, new PseudoPhysicalMemory(host.Memory, host.Allocator.Take(s_guest, (int)(guestBytes / PhysicalMemory.FrameBytes))), costs, extensions, processors) => _ownsHost = true;

    /// <summary>Processor and devices.</summary>
    public Machine Machine { get; }

    /// <summary>The guest's memory.</summary>
    public PseudoPhysicalMemory Memory { get; }

    /// <summary>Through which the guest's first processor is controlled.</summary>
    public VirtualMachineControl Control => Controls[0];

    /// <summary>Through which each of the guest's processors is controlled.</summary>
    public IReadOnlyList<VirtualMachineControl> Controls { get; }

    /// <summary>What the guest's physical addresses mean.</summary>
    public NestedPaging Nested { get; }

    /// <summary>What the physical addresses of a guest's guest mean.</summary>
    public NestedPaging GuestsGuest { get; }

    /// <summary>Frames at most that a guest of some size needs for each of the two sets of tables.</summary>
    public static int TablesFor(ulong guestBytes) => NestedTables.FramesFor(guestBytes) + NestedPaging.SpareTables;

    /// <summary>The frames of the guest written since the last call, by it and by guests of its own; see <see cref="NestedPaging.TakeDirty"/>.</summary>
    public ulong[] TakeDirty()
    {
        var (own, others) = (Nested.TakeDirty(), GuestsGuest.TakeDirty());
        for (var i = 0; i < own.Length; i++)
        {
            own[i] |= others[i];
        }

        return own;
    }

    /// <inheritdoc/>
    public void Revoke(Pfn page, Mfn frame)
    {
        Nested.Revoke(page, isAtItself: true);
        GuestsGuest.Revoke(page, isAtItself: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.Dispose();
        if (_ownsHost)
        {
            _host.Dispose();
        }
        else
        {
            _tables.ForEach(_host.Allocator.Return);
        }
    }

    private VirtualMachineControl MakeControl()
    {
        var control = new VirtualMachineControl();
        control.Write(ControlField.Intercepts, (ulong)HardwareMonitor.AlwaysIntercepted);
        control.Write(ControlField.NestedTable, Nested.Root);
        return control;
    }

    private NestedPaging MakeTables(MachineMemory host)
    {
        var frames = host.Allocator.Take(DomainId.Hypervisor, TablesFor(Memory.Size));
        _tables.AddRange(frames);
        var tables = new NestedPaging(Machine.Processors, Memory, new ShadowPool(host.Memory, frames));
        tables.Initialize();
        return tables;
    }
}
