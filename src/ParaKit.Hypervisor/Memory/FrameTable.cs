namespace ParaKit.Hypervisor.Memory;

/// <summary>One <see cref="FrameInfo"/> per machine frame.</summary>
public sealed class FrameTable
{
    private readonly FrameInfo[] _frames;

    /// <summary>Makes a table of free frames.</summary>
    /// <param name="count">Number of machine frames.</param>
    public FrameTable(ulong count)
    {
        _frames = new FrameInfo[checked((int)count)];
        Array.Fill(_frames, new FrameInfo { Owner = DomainId.None });
    }

    /// <summary>Number of machine frames.</summary>
    public ulong Count => (ulong)_frames.Length;

    /// <summary>State of a frame.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such frame; guest-chosen numbers go through <see cref="Contains"/> first.</exception>
    public ref readonly FrameInfo this[ulong frame] => ref _frames[frame];

    /// <summary>Whether the machine has this frame.</summary>
    public bool Contains(ulong frame) => frame < (ulong)_frames.Length;

    /// <summary>The frames of an owner.</summary>
    public IEnumerable<ulong> OwnedBy(DomainId owner)
    {
        for (var frame = 0; frame < _frames.Length; frame++)
        {
            if (_frames[frame].Owner == owner)
            {
                yield return (ulong)frame;
            }
        }
    }

    /// <summary>Takes a frame away from whoever has it, whatever it was used for.</summary>
    public void Reset(ulong frame) => _frames[frame] = new FrameInfo { Owner = DomainId.None };

    /// <summary>Gives a free frame to an owner, with the one reference that stands for the allocation.</summary>
    /// <exception cref="InvalidOperationException">The frame is not free.</exception>
    public void Assign(ulong frame, DomainId owner)
    {
        if (_frames[frame].Owner != DomainId.None)
        {
            throw new InvalidOperationException($"Frame {frame:x} belongs to {_frames[frame].Owner}.");
        }

        _frames[frame] = new FrameInfo { Owner = owner, ReferenceCount = 1 };
    }

    /// <summary>
    /// Gives a free frame to an owner as a page that stays writable for ever, such as the shared info page:
    /// the hypervisor holds a writable use of it, so no request can turn it into a table.
    /// </summary>
    public void AssignShared(ulong frame, DomainId owner)
    {
        Assign(frame, owner);
        _frames[frame].Type = PageType.Writable;
        _frames[frame].Validated = true;
        _frames[frame].TypeCount = 1;
        _frames[frame].ReferenceCount = 2;
    }

    /// <summary>Gives a frame from its owner to another.</summary>
    /// <exception cref="InvalidOperationException">It has none, or somebody has another use of it than the owner's allocation.</exception>
    public void Transfer(ulong frame, DomainId owner)
    {
        Free(frame);
        Assign(frame, owner);
    }

    /// <summary>Takes a frame from its owner.</summary>
    /// <exception cref="InvalidOperationException">It has none, or somebody has another use of it than the owner's allocation.</exception>
    public void Free(ulong frame)
    {
        var info = _frames[frame];
        if (info.Owner == DomainId.None || info.ReferenceCount != 1 || info.TypeCount != 0)
        {
            throw new InvalidOperationException($"Frame {frame:x} of {info.Owner} cannot be freed: {info.ReferenceCount} references, {info.TypeCount} typed uses.");
        }

        _frames[frame] = new FrameInfo { Owner = DomainId.None };
    }

    internal ref FrameInfo Mutable(ulong frame) => ref _frames[frame];
}
