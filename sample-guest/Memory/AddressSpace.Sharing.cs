using ParaKit.Guest;

/// <content>
/// Copy on write: a child process starts with its parent's pages. Both may read them; the first to write gets a copy. A page that waits
/// for that is read-only, with a mark in a bit that the processor leaves to the kernel.
/// </content>
internal sealed unsafe partial class AddressSpace
{
    private const ulong CopyOnWrite = 1 << 9;
    private const int PageBits = 12;
    private const int IndexBits = 9;

    /// <summary>Pages copied so far because two programs had shared them.</summary>
    public static ulong CopiedPages { get; private set; }

    /// <summary>Maps all user pages into a child that is begun and not yet adopted. This space must be the active one.</summary>
    public void ShareWith(AddressSpace child)
    {
        var batch = new PageTableBatch(stackalloc PageTableUpdate[UpdatesPerBatch]);
        ShareTable(_root, TopLevel, 0, child, ref batch);
        batch.Flush();
        Activate(); // The TLB may still know them as writable.
    }

    /// <summary>Gives the writer to a shared page a page of its own; false if the page is not shared.</summary>
    [NoAllocation]
    public bool TryUnshare(ulong address)
    {
        ulong* entry = Find(address);
        ulong value = entry == null ? 0 : PageTable.Read(entry);
        if ((value & (PageTable.Present | CopyOnWrite)) != (PageTable.Present | CopyOnWrite))
        {
            return false;
        }

        ulong frame = value & PageTable.AddressMask;
        ulong flags = (value & ~PageTable.AddressMask & ~CopyOnWrite) | PageTable.Writable;
        PageTable.Write(entry, OwnFrame(frame) | flags);
        X86.Invlpg(address);
        return true;
    }

    /// <summary>The same frame for its last user, a copy for the others.</summary>
    private static ulong OwnFrame(ulong frame)
    {
        if (!Frames.IsShared(frame))
        {
            return frame;
        }

        ulong copy = Frames.Allocate();
        CopyPage((byte*)PageTable.ToVirtual(frame), (byte*)PageTable.ToVirtual(copy));
        Frames.Free(frame);
        CopiedPages++;
        return copy;
    }

    private static void ShareTable(ulong table, int level, ulong start, AddressSpace child, ref PageTableBatch batch)
    {
        int count = level == TopLevel ? UserSlots : PageTable.EntryCount;
        for (int i = 0; i < count; i++)
        {
            ulong* entry = Entry(table, i);
            ulong value = PageTable.Read(entry);
            ulong address = start + ((ulong)i << (PageBits + (IndexBits * (level - 1))));
            if ((value & PageTable.Present) == 0)
            {
                continue;
            }

            if (level > 1)
            {
                ShareTable(value & PageTable.AddressMask, level - 1, address, child, ref batch);
            }
            else
            {
                SharePage(entry, value, address, child, ref batch);
            }
        }
    }

    private static void SharePage([PageTableEntry] ulong* entry, ulong value, ulong address, AddressSpace child, ref PageTableBatch batch)
    {
        if ((value & PageTable.Writable) != 0)
        {
            value = (value & ~PageTable.Writable) | CopyOnWrite;
            batch.Write(entry, value);
        }

        Frames.Share(value & PageTable.AddressMask);
        child.Map(address, value & PageTable.AddressMask, value & ~PageTable.AddressMask);
    }

    private static void CopyPage(byte* source, byte* destination)
    {
        for (ulong i = 0; i < PageTable.PageSize; i += sizeof(ulong))
        {
            *(ulong*)(destination + i) = *(ulong*)(source + i);
        }
    }
}
