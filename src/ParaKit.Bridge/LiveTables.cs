using ParaKit.Abi;
using ParaKit.Guest;
using ParaKit.Guest.Xen;

/// <summary>
/// The page tables that the processor walks while the native kernel or one of its programs runs: two trees, filled page by page when something
/// is missing, and emptied whenever the kernel flushes its TLB. They are to the kernel's own tables what a TLB is, so what the kernel
/// changes without a flush may go unseen, as on the machine.
/// </summary>
internal static unsafe class LiveTables
{
    private const int TopLevel = 4;
    private const int Capacity = 4096;
    private const int TablePool = 512;
    private const int UpdatesPerBatch = 16;

    private static readonly ulong[] s_filled = new ulong[Capacity];
    private static readonly ulong[] s_pool = new ulong[TablePool];
    private static int s_filledCount;
    private static int s_poolCount;
    private static ulong s_kernelRoot;
    private static ulong s_userRoot;
    private static bool s_isUserActive;
    private static bool s_isAnyActive;

    /// <summary>Takes the frames that tables will need, before all memory goes to the kernel.</summary>
    public static void Reserve()
    {
        s_kernelRoot = Frames.Take();
        s_userRoot = Frames.Take();
        while (s_poolCount < TablePool)
        {
            s_pool[s_poolCount++] = Frames.Take();
        }
    }

    public static void Create()
    {
        PinRoot(s_kernelRoot);
        PinRoot(s_userRoot);
        MapTrampolines();
    }

    /// <summary>Answers a page fault of the kernel or a program; false if it is theirs, with the error code that they are to see.</summary>
    public static bool TryFill(ulong linear, uint access, out uint errorCode)
    {
        errorCode = 0;
        if (!PayloadTables.TryWalk(linear, access, out ulong page))
        {
            errorCode = (uint)page;
            return false;
        }

        ulong physical = page & PageTable.AddressMask;
        if (!Payload.Contains(physical, PageTable.PageSize))
        {
            Platform.Fail("the kernel uses a physical address without memory");
        }

        // A clean page stays read-only, so that the first write is seen.
        ulong writable = (page & PageTable.Dirty) != 0 ? page & PageTable.Writable : 0;
        Map(linear, Payload.ToFrame(physical) | writable | (page & PageTable.NoExecute), (access & PayloadTables.User) != 0, keep: false);
        return true;
    }

    /// <summary>Drops one page.</summary>
    public static void Invalidate(ulong linear)
    {
        Clear(s_kernelRoot, linear);
        Clear(s_userRoot, linear);
        X86.Invlpg(linear);
    }

    /// <summary>Drops everything but the trampolines.</summary>
    public static void Flush()
    {
        using (var batch = new PageTableBatch(stackalloc PageTableUpdate[UpdatesPerBatch]))
        {
            for (int i = 0; i < s_filledCount; i++)
            {
                batch.Write((ulong*)s_filled[i], 0);
            }
        }

        s_filledCount = 0;
        var flush = new MmuExtendedOperation { Command = MmuExtendedCommand.TlbFlushLocal };
        Hypercall.MmuExtendedOp(&flush, 1, null, DomainIds.Self);
    }

    /// <summary>Makes the right tree the one that user mode runs on.</summary>
    public static void Activate(bool user)
    {
        if (s_isAnyActive && s_isUserActive == user)
        {
            return;
        }

        s_isAnyActive = true;
        s_isUserActive = user;
        var change = new MmuExtendedOperation
        {
            Command = MmuExtendedCommand.NewUserBasePointer,
            MachineFrame = Domain.ToMachine(Pfn.Containing(user ? s_userRoot : s_kernelRoot)).Number,
        };
        Hypercall.Require(Hypercall.MmuExtendedOp(&change, 1, null, DomainIds.Self), "switch of the live page tables");
    }

    private static void MapTrampolines()
    {
        for (ulong offset = 0; offset <= Payload.TrampolineBytes; offset += PageTable.PageSize)
        {
            bool isFlags = offset == Payload.TrampolineBytes;
            Map(
                Payload.TrampolineStart + offset,
                (Payload.TrampolineFrames + offset) | (isFlags ? PageTable.Writable | PageTable.NoExecute : 0),
                user: false,
                keep: true);
        }
    }

    private static void Map(ulong linear, ulong entry, bool user, bool keep)
    {
        if (s_filledCount == Capacity)
        {
            Flush();
        }

        ulong* place = Entry(user ? s_userRoot : s_kernelRoot, linear, create: true);
        PageTable.Write(place, entry | PageTable.Present | PageTable.User);
        X86.Invlpg(linear);
        if (!keep)
        {
            s_filled[s_filledCount++] = (ulong)place;
        }
    }

    private static void Clear(ulong root, ulong linear)
    {
        ulong* place = Entry(root, linear, create: false);
        if (place != null && (*place & PageTable.Present) != 0)
        {
            PageTable.Write(place, 0);
        }
    }

    /// <summary>The last-level entry of an address; null if there is no table for it and none is to be made.</summary>
    [return: PageTableEntry]
    private static ulong* Entry(ulong table, ulong linear, bool create)
    {
        for (int level = TopLevel; level > 1; level--)
        {
            ulong* entry = (ulong*)PageTable.ToVirtual(table) + PageTable.Index(linear, level);
            ulong value = PageTable.Read(entry);
            if ((value & PageTable.Present) == 0)
            {
                if (!create)
                {
                    return null;
                }

                value = TakeTable(level - 1) | PageTable.Present | PageTable.Writable | PageTable.User;
                PageTable.Write(entry, value);
            }

            table = value & PageTable.AddressMask;
        }

        return (ulong*)PageTable.ToVirtual(table) + PageTable.Index(linear, 1);
    }

    private static ulong TakeTable(int level)
    {
        if (s_poolCount == 0)
        {
            Platform.Fail("the bridge is out of page tables");
        }

        ulong table = s_pool[--s_poolCount];
        PageTable.Adopt(table, level);
        return table;
    }

    private static void PinRoot(ulong root)
    {
        // Not a level, so that the library does not look for the kernel's half of a pair.
        FrameUses.Set(root, FrameUses.Descriptors);
        FrameUses.Protect(root);
        var pin = new MmuExtendedOperation { Command = MmuExtendedCommand.PinL4Table, MachineFrame = Domain.ToMachine(Pfn.Containing(root)).Number };
        Hypercall.Require(Hypercall.MmuExtendedOp(&pin, 1, null, DomainIds.Self), "pinning of the live page tables");
    }
}
