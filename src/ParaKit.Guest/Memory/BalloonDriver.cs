namespace ParaKit.Guest;

/// <summary>
/// A balloon: frames that the kernel has set aside and the hypervisor gives to others. When the hypervisor wants more, the driver takes frames from the kernel, which
/// decides by itself what it can do without; when it wants less, the kernel gets them back. Waldspurger (2002), section 3.2, "Ballooning".
/// </summary>
public sealed class BalloonDriver
{
    private readonly IFrameSource _memory;
    private readonly ulong[] _frames;

    /// <summary>Makes an empty balloon.</summary>
    /// <param name="memory">The kernel's frames.</param>
    /// <param name="most">Frames that it may hold at most.</param>
    public BalloonDriver(IFrameSource memory, int most)
    {
        _memory = memory;
        _frames = new ulong[most];
    }

    /// <summary>Frames in it.</summary>
    public int Size { get; private set; }

    /// <summary>Asks the hypervisor and goes towards what it wants. Called about once a second.</summary>
    /// <param name="most">Frames at most in this call: a limit of the rate.</param>
    /// <returns>Frames moved, either way.</returns>
    public int Poll(int most)
    {
        if (!Balloon.TryGetTarget(out ulong target))
        {
            return 0;
        }

        int moved = 0;
        while (moved < most && Step(target))
        {
            moved++;
        }

        return moved;
    }

    private bool Step(ulong target)
    {
        if ((ulong)Size < target && Size < _frames.Length)
        {
            return TryInflate();
        }

        return (ulong)Size > target && TryDeflate();
    }

    private bool TryInflate()
    {
        if (!_memory.TryTake(out ulong frame))
        {
            return false;
        }

        if (!Balloon.TryGiveUp(Pfn.Containing(frame)))
        {
            _memory.Return(frame);
            return false;
        }

        _frames[Size] = frame;
        Size++;
        return true;
    }

    private bool TryDeflate()
    {
        if (!Balloon.TryTakeBack(Pfn.Containing(_frames[Size - 1])))
        {
            return false;
        }

        Size--;
        _memory.Return(_frames[Size]);
        return true;
    }
}
