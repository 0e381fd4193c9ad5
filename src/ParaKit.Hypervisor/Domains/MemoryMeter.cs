namespace ParaKit.Hypervisor.Domains;

/// <summary>Memory as it is paid for: pages times the time for which a domain had them.</summary>
internal sealed class MemoryMeter(ulong start)
{
    private ulong _countedTo = start;

    /// <summary>Pages times nanoseconds.</summary>
    public UInt128 PageNanoseconds { get; private set; }

    /// <summary>A domain had so many pages until now. Called before their number changes; a time that was counted already counts no more.</summary>
    public void Advance(ulong now, ulong pages)
    {
        if (now > _countedTo)
        {
            PageNanoseconds += (UInt128)(now - _countedTo) * pages;
            _countedTo = now;
        }
    }
}
