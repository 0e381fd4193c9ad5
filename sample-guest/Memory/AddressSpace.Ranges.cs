using ParaKit.Guest;

/// <content>Several pages at once: their entries are written in batches, which is one hypercall instead of many.</content>
internal sealed unsafe partial class AddressSpace
{
    private const int UpdatesPerBatch = 16;

    /// <summary>Gives several pages of one leaf table, whose table exists, the same entry.</summary>
    public void MapAlias(ulong address, int count, ulong entry)
    {
        ulong* first = Find(address);
        using (var batch = new PageTableBatch(stackalloc PageTableUpdate[UpdatesPerBatch]))
        {
            for (int i = 0; i < count; i++)
            {
                batch.Write(first + i, entry);
            }
        }

        for (int i = 0; i < count; i++)
        {
            X86.Invlpg(address + ((ulong)i * PageTable.PageSize));
        }
    }

    /// <summary>Maps those of some pages of one leaf table that are missing to new frames.</summary>
    public void MapNew(ulong address, ulong count, ulong flags)
    {
        ulong table = TableFor(address, 1, flags & PageTable.User);
        using var batch = new PageTableBatch(stackalloc PageTableUpdate[UpdatesPerBatch]);
        for (ulong i = 0; i < count; i++)
        {
            ulong* entry = Entry(table, PageTable.Index(address, 1)) + i;
            if ((PageTable.Read(entry) & PageTable.Present) == 0)
            {
                batch.Write(entry, Frames.Allocate() | flags | PageTable.Present);
            }
        }
    }

    /// <summary>
    /// Removes some pages of one leaf table of this space, the active one, and frees their frames when nothing can reach them any more: of up
    /// to <see cref="UpdatesPerBatch"/> at a time.
    /// </summary>
    public void UnmapAll(ulong address, ulong count)
    {
        for (ulong done = 0; done < count; done += UpdatesPerBatch)
        {
            ulong left = count - done;
            UnmapBatch(address + (done * PageTable.PageSize), left < UpdatesPerBatch ? (int)left : UpdatesPerBatch);
        }
    }

    private void UnmapBatch(ulong address, int count)
    {
        ulong* first = Find(address);
        if (first == null)
        {
            return;
        }

        ulong* frames = stackalloc ulong[UpdatesPerBatch];
        int unmapped = 0;
        using (var batch = new PageTableBatch(stackalloc PageTableUpdate[UpdatesPerBatch]))
        {
            for (int i = 0; i < count; i++)
            {
                ulong value = PageTable.Read(first + i);
                if ((value & PageTable.Present) != 0)
                {
                    frames[unmapped++] = value & PageTable.AddressMask;
                    batch.Write(first + i, 0);
                }
            }
        }

        Activate(); // Empties the TLB.
        for (int i = 0; i < unmapped; i++)
        {
            Frames.Free(frames[i]);
        }
    }
}
