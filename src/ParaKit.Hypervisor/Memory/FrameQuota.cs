namespace ParaKit.Hypervisor.Memory;

/// <summary>How many frames a domain has and may have. Those that it shares with the hypervisor do not count.</summary>
internal sealed class FrameQuota(FrameAllocator allocator, ulong maximum)
{
    /// <summary>Frames that it may have.</summary>
    public ulong Maximum { get; set; } = maximum;

    /// <summary>Frames that it has.</summary>
    public ulong Current { get; private set; } = maximum;

    /// <summary>Called before the number of frames changes.</summary>
    public Action? Changing { get; set; }

    /// <summary>Counts one more; false if it has all that it may have.</summary>
    public bool TryAdd()
    {
        Changing?.Invoke();
        var fits = Current < Maximum;
        Current += fits ? 1UL : 0;
        return fits;
    }

    /// <summary>Takes a free frame, with whatever is in it; false if it has all that it may have, or none is free.</summary>
    public bool TryTake(DomainId owner, out ulong frame)
    {
        frame = 0;
        if (allocator.Free == 0 || !TryAdd())
        {
            return false;
        }

        frame = allocator.Allocate(owner);
        return true;
    }

    /// <summary>Counts one less.</summary>
    public void Remove()
    {
        Changing?.Invoke();
        Current--;
    }

    /// <summary>Frees a frame that nobody uses.</summary>
    public void Return(ulong frame)
    {
        allocator.Return(frame);
        Remove();
    }
}
