namespace ParaKit.Hypervisor.Memory;

/// <summary>Frames that change hands.</summary>
public sealed partial class DirectPaging
{
    /// <summary>Whether a frame is a domain's and nobody uses it: no mapping, no grant, no type.</summary>
    public bool IsUnused(ulong frame, DomainId owner) => Owns(frame, owner) && _frames[frame] is { ReferenceCount: 1, TypeCount: 0 };

    /// <summary>Gives an unused frame to another domain. TLBs that may still map it writable are flushed before its domain runs again.</summary>
    /// <exception cref="InvalidOperationException">It is in use.</exception>
    public void Give(ulong frame, DomainId owner)
    {
        _frames.Transfer(frame, owner);
        TlbFlushRequired = true;
    }
}
