using ParaKit.Guest;

/// <summary>
/// Allocates physical page frames: freed ones first, then the untouched rest of memory. A frame may have several users; it is free when
/// the last one has freed it.
/// </summary>
internal static unsafe class Frames
{
    private static ulong s_next;
    private static ulong s_limit;

    // Freed frames form a list through their first word.
    private static ulong s_free;

    // Users beyond the first, by frame number.
    private static byte[] s_sharers;

    public static ulong Allocated { get; private set; }

    public static void Initialize()
    {
        s_next = Platform.FirstFreeAddress;
        s_limit = Platform.MappedBytes;
        s_sharers = new byte[Platform.MemoryBytes / PageTable.PageSize];
    }

    /// <summary>Makes memory up to <paramref name="end"/> available: it is mapped now.</summary>
    public static void Extend(ulong end) => s_limit = end;

    /// <summary>Physical address of a zeroed frame.</summary>
    [NoAllocation]
    public static ulong Allocate()
    {
        if (!TryTake(out ulong frame))
        {
            Platform.Fail("out of physical memory");
        }

        Clear(frame);
        return frame;
    }

    /// <summary>Physical address of a frame with anything in it; if none is free, one that was paged out for this.</summary>
    [NoAllocation]
    public static bool TryTake(out ulong frame)
    {
        frame = s_free;
        if (frame != 0)
        {
            s_free = *(ulong*)PageTable.ToVirtual(frame);
        }
        else if (s_next + PageTable.PageSize <= s_limit)
        {
            frame = TakeNew(1);
        }
        else if (!SwappedRegion.TryPageOut(out frame))
        {
            return false;
        }

        Allocated++;
        return true;
    }

    /// <summary>Physical address of <paramref name="count"/> frames in a row, for stacks.</summary>
    public static ulong AllocateContiguous(ulong count)
    {
        Allocated += count;
        return TakeNew(count);
    }

    /// <summary>Adds a user to a frame.</summary>
    public static void Share(ulong frame) => s_sharers[frame / PageTable.PageSize]++;

    /// <summary>Whether a frame has more than one user.</summary>
    public static bool IsShared(ulong frame) => s_sharers[frame / PageTable.PageSize] != 0;

    public static void Free(ulong frame)
    {
        if (IsShared(frame))
        {
            s_sharers[frame / PageTable.PageSize]--;
            return;
        }

        *(ulong*)PageTable.ToVirtual(frame) = s_free;
        s_free = frame;
        Allocated--;
    }

    private static ulong TakeNew(ulong count)
    {
        ulong frame = s_next;
        s_next += count * PageTable.PageSize;
        if (s_next > s_limit)
        {
            Platform.Fail("out of physical memory");
        }

        return frame;
    }

    /// <summary>Zeroes a frame.</summary>
    public static void Clear(ulong frame)
    {
        var words = (ulong*)PageTable.ToVirtual(frame);
        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            words[i] = 0;
        }
    }
}
