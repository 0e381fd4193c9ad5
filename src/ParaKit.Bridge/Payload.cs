using ParaKit.Guest;
using ParaKit.Rewriter.Static;

/// <summary>The native kernel: its memory, its trampolines and the sites at which it calls the bridge.</summary>
internal static unsafe class Payload
{
    private const ulong Alignment = 2UL << 20;

    private static ulong s_start;
    private static PayloadSite* s_sites;
    private static int s_siteCount;

    /// <summary>Bytes of memory that the kernel has, from its physical address 0.</summary>
    public static ulong MemoryBytes { get; private set; }

    /// <summary>Linear address of the trampolines.</summary>
    public static ulong TrampolineStart { get; private set; }

    /// <summary>Bytes of the trampolines; the flags are on the page behind them.</summary>
    public static ulong TrampolineBytes { get; private set; }

    /// <summary>Physical address, in the bridge's memory, of trampolines and flags.</summary>
    public static ulong TrampolineFrames { get; private set; }

    /// <summary>What the kernel's trampolines read and write.</summary>
    public static PayloadFlags* Flags => (PayloadFlags*)PageTable.ToVirtual(TrampolineFrames + TrampolineBytes);

    /// <summary>Takes the trampolines, the sites and all memory that is left, and copies the kernel into it.</summary>
    public static void Load(PayloadHeader* header)
    {
        LoadTrampolines(header);
        LiveTables.Reserve();
        s_start = Frames.TakeRest(Alignment);
        MemoryBytes = (Platform.MemoryBytes - s_start) & ~(PageTable.PageSize - 1);
        var segments = (PayloadSegment*)(header + 1);
        s_sites = (PayloadSite*)(segments + header->SegmentCount);
        s_siteCount = (int)header->SiteCount;
        for (uint i = 0; i < header->SegmentCount; i++)
        {
            LoadSegment((byte*)header, segments + i);
        }
    }

    /// <summary>Whether the kernel has memory at a physical address.</summary>
    public static bool Contains(ulong physical, ulong bytes) => physical <= MemoryBytes && bytes <= MemoryBytes - physical;

    /// <summary>The bridge's physical address of one of the kernel's, which exists.</summary>
    public static ulong ToFrame(ulong physical) => s_start + physical;

    /// <summary>Where the bridge sees a physical address of the kernel, which exists.</summary>
    public static byte* At(ulong physical) => (byte*)PageTable.ToVirtual(s_start + physical);

    /// <summary>The site at an address: physical, or linear inside the trampolines. Null if there is none.</summary>
    public static PayloadSite* Find(ulong address)
    {
        int low = 0;
        int high = s_siteCount - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (s_sites[middle].Address == address)
            {
                return s_sites + middle;
            }

            if (s_sites[middle].Address < address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return null;
    }

    private static void LoadTrampolines(PayloadHeader* header)
    {
        TrampolineStart = header->TrampolineAddress;
        TrampolineBytes = header->TrampolineBytes;
        for (ulong offset = 0; offset <= TrampolineBytes; offset += PageTable.PageSize)
        {
            ulong frame = Frames.Take();
            TrampolineFrames = offset == 0 ? frame : TrampolineFrames;
        }

        Copy((byte*)header + header->TrampolineOffset, (byte*)PageTable.ToVirtual(TrampolineFrames), TrampolineBytes);
    }

    private static void LoadSegment(byte* payload, PayloadSegment* segment)
    {
        if (!Contains(segment->Physical, segment->MemoryBytes))
        {
            Platform.Fail("the domain has too little memory for the kernel");
        }

        Copy(payload + segment->Offset, At(segment->Physical), segment->FileBytes);
    }

    private static void Copy(byte* source, byte* target, ulong bytes)
    {
        for (ulong i = 0; i < bytes; i++)
        {
            target[i] = source[i];
        }
    }
}
