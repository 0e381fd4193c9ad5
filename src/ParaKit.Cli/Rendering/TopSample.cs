using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Rendering;

/// <summary>A host at a moment, and the moment before.</summary>
/// <param name="Host">Now.</param>
/// <param name="Before">Then; null for the first.</param>
internal sealed record TopSample(HostSnapshot Host, HostSnapshot? Before)
{
    /// <summary>What a domain has used of a processor in between, in percent of virtual time: several virtual processors can use more than 100. 0 in the first sample, and while no time passes, as in xentop.</summary>
    public double Percent(DomainSnapshot domain)
    {
        var before = Before?.Domains.FirstOrDefault(other => other.Id == domain.Id && other.Name == domain.Name);
        var passed = Host.Nanoseconds - (Before?.Nanoseconds ?? Host.Nanoseconds);
        return before is null || passed == 0 ? 0 : 100.0 * (Used(domain) - Used(before)) / passed;
    }

    private static ulong Used(DomainSnapshot domain) => domain.GuestNanoseconds + domain.HypervisorNanoseconds;
}
