using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor;

/// <summary>A domain as the processors see it: what it is entitled to, where it may run, and what it was charged.</summary>
internal sealed class ScheduledDomain
{
    private int _up = 1;

    /// <summary>Makes one.</summary>
    public ScheduledDomain(Domain domain, RunLimits limits, SchedulingParameters parameters)
    {
        (Domain, Parameters) = (domain, parameters);
        Vcpus = [.. domain.Vcpus.Select(vcpu => new ScheduledVcpu(this, vcpu, new RunLoop(domain, vcpu, limits)))];
    }

    /// <summary>The domain.</summary>
    public Domain Domain { get; }

    /// <summary>Its virtual processors.</summary>
    public IReadOnlyList<ScheduledVcpu> Vcpus { get; }

    /// <summary>What it is entitled to, all virtual processors together.</summary>
    public SchedulingParameters Parameters { get; set; }

    /// <summary>Why it ended; null while it has not.</summary>
    public RunEnd? End { get; set; }

    /// <summary>Cycles that it was charged.</summary>
    public ulong Cycles { get; set; }

    /// <summary>Cycles of those that interrupts on its behalf took while others had the processor.</summary>
    public ulong InterruptCycles { get; set; }

    /// <summary>Cycles of those that switches to it took.</summary>
    public ulong SwitchCycles { get; set; }

    /// <summary>Cycles of those that back ends took for it.</summary>
    public ulong BackendCycles { get; set; }

    /// <summary>Cycles of those in the hypervisor.</summary>
    public ulong HypervisorCycles => Domain.HypervisorCycles + InterruptCycles + SwitchCycles + BackendCycles;

    /// <summary>What the machine lacks, after <see cref="RunEnd.Unimplemented"/>.</summary>
    public string? UnimplementedMessage => Vcpus.Select(vcpu => vcpu.Loop.UnimplementedMessage).FirstOrDefault(message => message is not null);

    /// <summary>Whether virtual processors were brought up or taken down since this was asked last.</summary>
    public bool UpHasChanged()
    {
        var up = Vcpus.Count > 1 ? Vcpus.Count(vcpu => vcpu.Vcpu.Activity != VcpuActivity.Down) : 1;
        (var before, _up) = (_up, up);
        return up != before;
    }

    /// <summary>What one virtual processor is entitled to: an equal part for each that is up, as in Xen's credit scheduler.</summary>
    public SchedulingParameters PartOfOne()
    {
        var up = Math.Max(1, Vcpus.Count(vcpu => vcpu.Vcpu.Activity != VcpuActivity.Down));
        var cap = Parameters.Cap == 0 ? 0 : Math.Max(1, Parameters.Cap / up);
        return up == 1 ? Parameters : Parameters with { Weight = Math.Max(1, Parameters.Weight / up), Cap = cap };
    }
}
