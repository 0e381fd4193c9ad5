using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Domains;

/// <summary>Memory as it is paid for: pages times the time for which a domain had them.</summary>
internal sealed class MemoryMeter(ulong start)
{
    private ulong _countedTo = start;

    private UInt128 _partNanoseconds;

    /// <summary>Pages times nanoseconds, rounded down.</summary>
    public UInt128 PageNanoseconds => _partNanoseconds / CooperativeSharing.PartsPerPage;

    /// <summary>A domain had so many parts of pages until now. Called before their number changes; a time that was counted already counts no more.</summary>
    /// <param name="now">Nanoseconds.</param>
    /// <param name="parts">Of pages, <see cref="CooperativeSharing.PartsPerPage"/> to each.</param>
    public void Advance(ulong now, ulong parts)
    {
        if (now > _countedTo)
        {
            _partNanoseconds += (UInt128)(now - _countedTo) * parts;
            _countedTo = now;
        }
    }
}
