using System;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// Lets other domains use frames of this one, by entries of version 1 in frames shared with Xen. Xen public/grant_table.h. Not for
/// interrupt handlers and the code that they interrupt at once: mask events around a call where both do it.
/// </summary>
public static unsafe class GrantTable
{
    private const uint MaximumFrames = 32;

    private static GrantEntryV1* s_entries;

    // The next free entry after each free one, kept away from the shared frames.
    private static uint[] s_nextFree;
    private static uint s_firstFree;

    /// <summary>Number of entries; 0 before <see cref="TryInitialize"/>.</summary>
    public static uint Count => s_nextFree == null ? 0 : (uint)s_nextFree.Length;

    /// <summary>Maps the grant table. Called once, before anything is granted.</summary>
    /// <param name="frames">Size, 512 entries per frame; each takes a page of the paravirtual pool.</param>
    /// <returns>False if the hypervisor has no grant tables, or none of that size.</returns>
    public static bool TryInitialize(uint frames = 1)
    {
        if (s_entries != null || frames == 0 || frames > MaximumFrames)
        {
            return false;
        }

        ulong* list = stackalloc ulong[(int)frames];
        GrantSetupTable setup = new() { Domain = DomainIds.Self, FrameCount = frames, FrameList = (ulong)list };
        if (Hypercall.GrantTableOp(GrantTableOperation.SetupTable, &setup, 1) < 0 || setup.Status != GrantStatus.Okay)
        {
            return false;
        }

        byte* table = PagePool.Take();
        Domain.MapOver(table, new Mfn(list[0]));
        for (uint frame = 1; frame < frames; frame++)
        {
            Domain.MapOver(PagePool.Take(), new Mfn(list[frame]));
        }

        s_entries = (GrantEntryV1*)table;
        FreeAll(frames * GrantEntryV1.PerFrame);
        return true;
    }

    /// <summary>Lets another domain use a frame of this one.</summary>
    /// <param name="domain">Who may.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="isReadOnly">True if it may not be written.</param>
    /// <param name="reference">What to send to the other domain.</param>
    /// <returns>False if the table is full or not there.</returns>
    public static bool TryGrantAccess(ushort domain, Pfn frame, bool isReadOnly, [AcquiresGrant] out GrantReference reference)
    {
        if (!TryTakeEntry(out reference))
        {
            return false;
        }

        GrantEntry.Permit(ref s_entries[reference.Number], domain, (uint)Domain.ToMachine(frame).Number, isReadOnly);
        return true;
    }

    /// <summary>Lets another domain give a frame to this one, for good.</summary>
    /// <param name="domain">Who may.</param>
    /// <param name="reference">What to send to the other domain.</param>
    /// <returns>False if the table is full or not there.</returns>
    public static bool TryAcceptTransfer(ushort domain, [AcquiresGrant] out GrantReference reference)
    {
        if (!TryTakeEntry(out reference))
        {
            return false;
        }

        GrantEntry.Accept(ref s_entries[reference.Number], domain);
        return true;
    }

    /// <summary>Takes back the leave to give a frame.</summary>
    /// <param name="reference">It.</param>
    /// <param name="frame">The frame that was given; it is mapped nowhere.</param>
    /// <returns>Whether one was given.</returns>
    public static bool TryEndTransfer([EndsGrant] GrantReference reference, out Mfn frame)
    {
        Require(reference);
        bool isGiven = GrantEntry.EndTransfer(ref s_entries[reference.Number], out uint number);
        frame = new Mfn(number);
        Free(reference);
        return isGiven;
    }

    private static bool TryTakeEntry(out GrantReference reference)
    {
        uint index = s_firstFree;
        reference = new GrantReference(index);
        if (index != 0)
        {
            s_firstFree = s_nextFree[index];
        }

        return index != 0;
    }

    private static void Free(GrantReference reference)
    {
        s_nextFree[reference.Number] = s_firstFree;
        s_firstFree = reference.Number;
    }

    private static void Require(GrantReference reference)
    {
        if (reference.Number < GrantEntryV1.FirstFree || reference.Number >= Count)
        {
            Platform.Fail("no such grant reference");
        }
    }

    /// <summary>Copies from a frame that another domain grants into memory of this one.</summary>
    /// <param name="domain">Who grants it.</param>
    /// <param name="reference">The grant.</param>
    /// <param name="offset">First byte in the frame.</param>
    /// <param name="destination">An address of the direct map; what is copied lies in one page.</param>
    /// <param name="length">Bytes, inside the frame.</param>
    public static GrantStatus CopyFrom(ushort domain, GrantReference reference, int offset, void* destination, int length)
    {
        GrantCopy copy = new()
        {
            Source = new GrantCopyPlace { Frame = reference.Number, Domain = domain, Offset = (ushort)offset },
            Destination = Own(destination),
            Length = (ushort)length,
            Flags = GrantCopyFlags.SourceIsGrant,
        };
        return Copy(ref copy);
    }

    /// <summary>Copies from memory of this domain into a frame that another one grants.</summary>
    /// <param name="domain">Who grants it.</param>
    /// <param name="reference">The grant.</param>
    /// <param name="offset">First byte in the frame.</param>
    /// <param name="source">An address of the direct map; what is copied lies in one page.</param>
    /// <param name="length">Bytes, inside the frame.</param>
    public static GrantStatus CopyTo(ushort domain, GrantReference reference, int offset, void* source, int length)
    {
        GrantCopy copy = new()
        {
            Source = Own(source),
            Destination = new GrantCopyPlace { Frame = reference.Number, Domain = domain, Offset = (ushort)offset },
            Length = (ushort)length,
            Flags = GrantCopyFlags.DestinationIsGrant,
        };
        return Copy(ref copy);
    }

    /// <summary>Maps a frame that another domain grants over a page of the direct map, whose own frame is out of sight until <see cref="Unmap"/>.</summary>
    /// <param name="domain">Who grants it.</param>
    /// <param name="reference">The grant.</param>
    /// <param name="page">The page.</param>
    /// <param name="isReadOnly">Whether it is only read.</param>
    /// <param name="handle">What to unmap it by.</param>
    public static GrantStatus Map(ushort domain, GrantReference reference, void* page, bool isReadOnly, out uint handle)
    {
        GrantMap request = new()
        {
            HostAddress = (ulong)page,
            Flags = GrantMapFlags.HostMap | (isReadOnly ? GrantMapFlags.ReadOnly : GrantMapFlags.None),
            Reference = reference.Number,
            Domain = domain,
        };
        GrantStatus status = Hypercall.GrantTableOp(GrantTableOperation.MapGrantReference, &request, 1) < 0 ? GrantStatus.GeneralError : request.Status;
        handle = request.Handle;
        return status;
    }

    /// <summary>Ends a mapping; the page's own frame is there again.</summary>
    /// <param name="page">The page.</param>
    /// <param name="handle">The mapping.</param>
    public static GrantStatus Unmap(void* page, uint handle)
    {
        GrantUnmap request = new() { HostAddress = (ulong)page, Handle = handle };
        GrantStatus status = Hypercall.GrantTableOp(GrantTableOperation.UnmapGrantReference, &request, 1) < 0 ? GrantStatus.GeneralError : request.Status;
        if (status == GrantStatus.Okay)
        {
            Hypercall.Require(
                Hypercall.UpdateVaMapping((ulong)page, Domain.MachineFrameOf(page).Address | PageTable.Present | PageTable.Writable, UpdateVaMappingFlags.InvalidatePage),
                "mapping of a page's own frame");
        }

        return status;
    }

    private static GrantCopyPlace Own(void* address) =>
        new() { Frame = Domain.MachineFrameOf(address).Number, Domain = DomainIds.Self, Offset = (ushort)((ulong)address % PageTable.PageSize) };

    private static GrantStatus Copy(ref GrantCopy copy)
    {
        GrantCopy request = copy;
        return Hypercall.GrantTableOp(GrantTableOperation.Copy, &request, 1) < 0 ? GrantStatus.GeneralError : request.Status;
    }

    /// <summary>Takes a grant back.</summary>
    /// <returns>False while the other domain has the frame mapped: the grant holds on, and the frame must not be used for anything else.</returns>
    public static bool TryEndAccess([EndsGrant] GrantReference reference)
    {
        Require(reference);
        bool hasEnded = GrantEntry.TryEnd(ref s_entries[reference.Number]);
        if (hasEnded)
        {
            Free(reference);
        }

        return hasEnded;
    }

    // Entry 0 is reserved, so 0 ends the list.
    private static void FreeAll(uint count)
    {
        s_nextFree = new uint[count];
        for (uint index = GrantEntryV1.FirstFree; index + 1 < count; index++)
        {
            s_nextFree[index] = index + 1;
        }

        s_firstFree = GrantEntryV1.FirstFree;
    }
}
