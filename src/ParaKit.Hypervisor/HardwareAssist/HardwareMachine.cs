using ParaKit.Hardware;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;
using ParaKit.Hardware.Virtualization;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Shadow;

namespace ParaKit.Hypervisor.HardwareAssist;

/// <summary>A machine with hardware assist and one guest on it: processor, control structure, nested page tables, the guest's memory and devices.</summary>
internal sealed class HardwareMachine : IDisposable
{
    private static readonly DomainId s_guest = new(1);

    /// <summary>Builds the machine, without anything loaded.</summary>
    /// <param name="guestBytes">Size of the guest's memory; whole pages.</param>
    /// <param name="costs">What things cost.</param>
    /// <param name="extensions">What others add to it.</param>
    public HardwareMachine(ulong guestBytes, CostProfile costs, IReadOnlyList<IMachineExtension>? extensions = null)
    {
        var guestFrames = guestBytes / PhysicalMemory.FrameBytes;
        var tables = 2 * (NestedTables.FramesFor(guestBytes) + NestedPaging.SpareTables);
        var frames = new FrameTable(guestFrames + (ulong)tables + 1);
        var allocator = new FrameAllocator(frames);

        // The guest's ports are those of models, which the hypervisor asks.
        Machine = MachineBuilder.Build(new MachineOptions
        {
            MemoryBytes = frames.Count * PhysicalMemory.FrameBytes,
            Costs = costs with { PortAccess = costs.ModelledPortAccess },
            Extensions = extensions ?? [],
        });

        // Interrupts of the guest's devices reach it by injection only.
        Machine.Processor.Interrupts = null;
        Memory = new PseudoPhysicalMemory(Machine.Memory, allocator.Take(s_guest, (int)guestFrames));
        Nested = new NestedPaging(Machine.Processor, Memory, new ShadowPool(Machine.Memory, allocator.Take(DomainId.Hypervisor, tables / 2)));
        Nested.Initialize();
        GuestsGuest = new NestedPaging(Machine.Processor, Memory, new ShadowPool(Machine.Memory, allocator.Take(DomainId.Hypervisor, tables / 2)));
        GuestsGuest.Initialize();
        Control.Write(ControlField.Intercepts, (ulong)HardwareMonitor.AlwaysIntercepted);
        Control.Write(ControlField.NestedTable, Nested.Root);
    }

    /// <summary>Processor and devices.</summary>
    public Machine Machine { get; }

    /// <summary>The guest's memory.</summary>
    public PseudoPhysicalMemory Memory { get; }

    /// <summary>Through which the guest is controlled.</summary>
    public VirtualMachineControl Control { get; } = new();

    /// <summary>What the guest's physical addresses mean.</summary>
    public NestedPaging Nested { get; }

    /// <summary>What the physical addresses of a guest's guest mean.</summary>
    public NestedPaging GuestsGuest { get; }

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
    public void Dispose() => Machine.Dispose();
}
