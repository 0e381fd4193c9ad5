using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Grants;

/// <summary>Frames that the domain gets for good. Xen public/grant_table.h, "GTF_accept_transfer".</summary>
internal sealed partial class GrantTable
{
    /// <summary>Fills a page.</summary>
    public delegate void Fill(Span<byte> page);

    /// <summary>Takes a frame that another domain gives, which has no other use of it, through an entry that accepts it.</summary>
    /// <param name="reference">The entry.</param>
    /// <param name="giver">Who gives it.</param>
    /// <param name="frame">The frame; if this fails it stays the giver's.</param>
    public GrantStatus Accept(uint reference, DomainId giver, ulong frame)
    {
        var status = CanAccept(reference, giver);
        if (status != GrantStatus.Okay)
        {
            return status;
        }

        if (!quota.TryAdd())
        {
            return GrantStatus.NoSpace;
        }

        // In this order, for the domain looks at the entry while it changes.
        paging.Give(frame, owner);
        memory.Write(Address(reference) + sizeof(uint), (uint)frame);
        memory.Write(Address(reference), (ushort)(GrantEntryFlags.AcceptTransfer | GrantEntryV1.TransferCommitted | GrantEntryV1.TransferCompleted));
        return GrantStatus.Okay;
    }

    /// <summary>Gives the domain a page with something in it, in exchange for one that it gave up before. The rest of the page is zero.</summary>
    /// <param name="reference">The entry that accepts it.</param>
    /// <param name="giver">The domain in whose name it is given.</param>
    /// <param name="length">Bytes that are filled.</param>
    /// <param name="fill">Fills them.</param>
    public GrantStatus Exchange(uint reference, DomainId giver, int length, Fill fill)
    {
        var status = CanAccept(reference, giver);
        if (status != GrantStatus.Okay)
        {
            return status;
        }

        if (quota.Current >= quota.Maximum || allocator.Free == 0)
        {
            return GrantStatus.NoSpace;
        }

        var frame = allocator.Allocate(giver);
        var page = memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes);
        fill(page[..length]);
        page[length..].Clear();
        return Accept(reference, giver, frame);
    }

    private GrantStatus CanAccept(uint reference, DomainId giver)
    {
        if (reference >= Count)
        {
            return GrantStatus.BadGrantReference;
        }

        var entry = memory.Read<uint>(Address(reference));
        var accepts = (GrantEntryFlags)(ushort)entry == GrantEntryFlags.AcceptTransfer && (ushort)(entry >> (int)DomainShift) == giver.Value;
        return accepts ? GrantStatus.Okay : GrantStatus.BadGrantReference;
    }
}
