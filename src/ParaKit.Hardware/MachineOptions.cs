using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;

namespace ParaKit.Hardware;

/// <summary>What <see cref="MachineBuilder"/> builds.</summary>
public sealed record MachineOptions
{
    /// <summary>Bytes of RAM; a multiple of 4096.</summary>
    public ulong MemoryBytes { get; init; } = 64 << 20;

    /// <summary>Processors, 1 to <see cref="MachineBuilder.MaximumProcessors"/>. With several each has a local APIC, and all but the first wait for startup messages.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>RAM that several machines have together, or null for RAM of its own. The machine does not dispose of it.</summary>
    public PhysicalMemory? SharedMemory { get; init; }

    /// <summary>What others add to it.</summary>
    public IReadOnlyList<IMachineExtension> Extensions { get; init; } = [];

    /// <summary>Cost of primitive operations in virtual time.</summary>
    public CostProfile Costs { get; init; } = CostProfile.Default;
}
