using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>The machine of a <see cref="ParavirtHost"/>.</summary>
public sealed record HostOptions
{
    /// <summary>The most processors that a machine has.</summary>
    public const int MaximumCpus = 16;

    /// <summary>Memory for guests, in bytes; the hypervisor has its own besides. It is taken from this machine as guests use it.</summary>
    public ulong MemoryBytes { get; init; } = 1UL << 30;

    /// <summary>How many domains there will be at a time: what the hypervisor's own memory is for.</summary>
    public int Domains { get; init; } = 16;

    /// <summary>Processors, 1 to <see cref="MaximumCpus"/>.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>Makes the scheduler of a processor.</summary>
    public Func<IScheduler> Scheduler { get; init; } = () => Schedulers.Make(Schedulers.Names[0]);

    /// <summary>What primitive operations cost in virtual time.</summary>
    public CostProfile Costs { get; init; } = CostProfile.Default;

    /// <summary>Instructions and devices that others add to the machine.</summary>
    public IReadOnlyList<IMachineExtension> Extensions { get; init; } = [];

    /// <summary>Takes all packets of all virtual switches, in the format of pcap-savefile(5); null for nobody. It is disposed of with the machine.</summary>
    public Stream? Capture { get; init; }
}
