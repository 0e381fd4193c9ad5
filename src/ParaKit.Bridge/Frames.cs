using ParaKit.Guest;

/// <summary>Physical frames of the bridge: taken once, never given back.</summary>
internal static unsafe class Frames
{
    private static ulong s_next;
    private static ulong s_limit;

    public static void Initialize()
    {
        s_next = Platform.FirstFreeAddress;
        s_limit = Platform.MappedBytes;
    }

    /// <summary>Makes memory up to <paramref name="end"/> available: it is mapped now.</summary>
    public static void Extend(ulong end) => s_limit = end;

    /// <summary>First free physical address at a multiple of <paramref name="alignment"/>; everything from there on is the caller's.</summary>
    public static ulong TakeRest(ulong alignment)
    {
        ulong start = (s_next + alignment - 1) & ~(alignment - 1);
        s_next = s_limit;
        return start;
    }

    /// <summary>Physical address of a zeroed frame.</summary>
    public static ulong Take()
    {
        ulong frame = s_next;
        s_next += PageTable.PageSize;
        if (s_next > s_limit)
        {
            Platform.Fail("the bridge is out of memory");
        }

        var words = (ulong*)PageTable.ToVirtual(frame);
        for (int i = 0; i < PageTable.EntryCount; i++)
        {
            words[i] = 0;
        }

        return frame;
    }
}
