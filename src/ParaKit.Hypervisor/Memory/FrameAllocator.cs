namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Hands out free machine frames in a fixed but shuffled order, so that a guest that confuses pseudo-physical and machine
/// frame numbers fails at once instead of by luck.
/// </summary>
public sealed class FrameAllocator
{
    private const ulong ShuffleSeed = 0x9E3779B97F4A7C15;

    private readonly FrameTable _frames;
    private readonly ulong[] _order;
    private int _next;

    /// <summary>Prepares the order of all frames of the table but frame 0, whose number means "none" in MMUEXT_NEW_USER_BASEPTR.</summary>
    public FrameAllocator(FrameTable frames)
    {
        _frames = frames;
        _order = new ulong[frames.Count - 1];
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = (ulong)i + 1;
        }

        Shuffle(_order);
    }

    /// <summary>Frames still free.</summary>
    public int Free => _order.Length - _next;

    /// <summary>Frames taken.</summary>
    public int Taken => _next;

    /// <summary>The frames taken since there were so many, if none was given back since.</summary>
    public ReadOnlySpan<ulong> TakenSince(int taken) => _order.AsSpan(taken.._next);

    /// <summary>Gives frames back that nobody uses any more, without what was in them.</summary>
    public void Release(ReadOnlySpan<ulong> frames)
    {
        foreach (var frame in frames)
        {
            _frames.Reset(frame);
            _order[--_next] = frame;
        }
    }

    /// <summary>Gives a frame back. What it held is still in it: whoever takes it next must overwrite all of it.</summary>
    /// <exception cref="InvalidOperationException">Somebody still uses it; see <see cref="FrameTable.Free"/>.</exception>
    public void Return(ulong frame)
    {
        _frames.Free(frame);
        _order[--_next] = frame;
    }

    /// <summary>Takes a free frame for an owner.</summary>
    /// <exception cref="InvalidOperationException">No frame is free: the machine was built too small.</exception>
    public ulong Allocate(DomainId owner)
    {
        var frame = Take();
        _frames.Assign(frame, owner);
        return frame;
    }

    /// <summary>Takes free frames for an owner.</summary>
    /// <exception cref="InvalidOperationException">There are not as many.</exception>
    public ulong[] Take(DomainId owner, int count)
    {
        var frames = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            frames[i] = Allocate(owner);
        }

        return frames;
    }

    /// <summary>Takes a free frame that the owner shares with the hypervisor; see <see cref="FrameTable.AssignShared"/>.</summary>
    /// <exception cref="InvalidOperationException">No frame is free.</exception>
    public ulong AllocateShared(DomainId owner)
    {
        var frame = Take();
        _frames.AssignShared(frame, owner);
        return frame;
    }

    private ulong Take() =>
        _next < _order.Length ? _order[_next++] : throw new InvalidOperationException("The machine has no free frame.");

    private static void Shuffle(ulong[] order)
    {
        var state = ShuffleSeed;
        for (var i = order.Length - 1; i > 0; i--)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            var j = (int)(state % (ulong)(i + 1));
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
