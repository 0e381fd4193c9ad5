using ParaKit.Abi;
using ParaKit.Hardware.Memory;

namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Direct paging: the guest's page tables are the ones that the processor walks, so each change is checked.
/// Invariants: a frame in use as a table or descriptor table is mapped writable nowhere; a table refers only to frames of its
/// owner; the hypervisor's top-level slots hold the hypervisor's entries. Xen public/xen.h, "HYPERVISOR_mmu_update".
/// </summary>
/// <remarks>
/// Public operations are all-or-nothing and return <see cref="Errno.None"/> or the reason; their parts (in the other files of this
/// type) change state as they go and leave undoing to the <see cref="MemoryTransaction"/>.
/// </remarks>
public sealed partial class DirectPaging
{
    private readonly FrameTable _frames;
    private readonly PhysicalMemory _memory;
    private readonly MemoryTransaction _transaction;
    private readonly HypervisorSlot[] _slots;

    /// <summary>Guards the tables of one machine.</summary>
    /// <param name="frames">State of the machine's frames.</param>
    /// <param name="memory">Their contents.</param>
    /// <param name="slots">Top-level entries of the hypervisor; other slots of its range are empty.</param>
    public DirectPaging(FrameTable frames, PhysicalMemory memory, params ReadOnlySpan<HypervisorSlot> slots)
    {
        _frames = frames;
        _memory = memory;
        _transaction = new MemoryTransaction(frames, memory);
        _slots = slots.ToArray();
    }

    /// <summary>
    /// A frame that was writable has become something else: TLBs must be flushed before the guest runs again.
    /// Whoever flushes resets it.
    /// </summary>
    public bool TlbFlushRequired { get; set; }

    /// <summary>Whether a domain may map a frame of somebody else for reading; see <see cref="CooperativeSharing"/>. Null for never.</summary>
    internal Func<ulong, DomainId, bool>? MayRead { get; init; }

    /// <summary>Table entries looked at so far; hypercalls use the difference to bound their work.</summary>
    public long Work => _transaction.Work;

    /// <summary>Takes a typed use of a frame (a base pointer or a descriptor table slot), validating it if it is the first.</summary>
    /// <returns>EINVAL if the frame is not the owner's, has another type or contents that are not allowed; EBUSY if an entry of it
    /// asks for a mapping that cannot be had.</returns>
    public Errno Acquire(ulong frame, DomainId owner, PageType type) => Complete(GetPageAndType(frame, owner, type));

    /// <summary>As <see cref="Acquire"/>, within a step: <see cref="Errno.ERESTART"/> if the tables below it need another one.</summary>
    public Errno AcquireInSteps(ulong frame, DomainId owner, PageType type) =>
        Conclude(frame, MakeReady(frame, owner, type) is var ready and not Errno.None ? ready : Acquire(frame, owner, type));

    /// <summary>Gives a typed use back; the last one demotes the frame. Within a step, tables below it may be demoted in later ones.</summary>
    public void Release(ulong frame)
    {
        HoldChildren(frame);
        PutPageAndType(frame);
        _transaction.Commit();
    }

    /// <summary>Takes a use of a frame that is only read; it keeps its type.</summary>
    /// <returns>EINVAL if the frame is not the owner's.</returns>
    public Errno AcquireForReading(ulong frame, DomainId owner) => Complete(GetPage(frame, owner));

    /// <summary>Gives such a use back.</summary>
    public void ReleaseFromReading(ulong frame)
    {
        PutPage(frame);
        _transaction.Commit();
    }

    /// <summary>Types and pins a table (MMUEXT_PIN_L*_TABLE).</summary>
    /// <returns>EINVAL if it is pinned already, otherwise as <see cref="AcquireInSteps"/>.</returns>
    public Errno Pin(ulong frame, DomainId owner, PageType type) =>
        Conclude(frame, MakeReady(frame, owner, type) is var ready and not Errno.None ? ready : PinReady(frame, owner, type));

    /// <summary>Unpins a table (MMUEXT_UNPIN_TABLE).</summary>
    /// <returns>EINVAL if the frame is not the owner's or is not pinned.</returns>
    public Errno Unpin(ulong frame, DomainId owner)
    {
        if (!Owns(frame, owner) || !_frames[frame].Pinned)
        {
            return Errno.EINVAL;
        }

        _transaction.Change(frame).Pinned = false;
        _transaction.Commit();
        Release(frame);
        return Errno.None;
    }

    /// <summary>Writes one entry of a table, or any other aligned quadword of a frame that is not a table (mmu_update).</summary>
    /// <param name="address">Machine address of the entry.</param>
    /// <param name="value">New value.</param>
    /// <param name="owner">Domain that asks.</param>
    /// <param name="preserveAccessedDirty">Keep the accessed and dirty bits of the old entry.</param>
    /// <returns>EINVAL for a bad address or entry, EBUSY for a mapping that cannot be had; within a step, ERESTART if the tables below a new entry need another one.</returns>
    public Errno Update(ulong address, ulong value, DomainId owner, bool preserveAccessedDirty = false)
    {
        var frame = address >> PageTableEntries.FrameShift;
        if ((address & (sizeof(ulong) - 1)) != 0 || !Owns(frame, owner))
        {
            return Errno.EINVAL;
        }

        var index = (int)(address % PageTableEntries.FrameBytes) / sizeof(ulong);
        var info = _frames[frame];
        if (info is not { IsPageTable: true, Validated: true })
        {
            return Complete(WriteUntyped(frame, index, value, owner));
        }

        return info.Type > PageType.L2Table && IsGuestSlot(info.Type, index)
            ? ModifyTreeEntry(frame, index, value, owner, preserveAccessedDirty)
            : Complete(ModifyEntry(frame, index, value, owner, preserveAccessedDirty));
    }

    /// <summary>Changes the contents of a frame that the guest could write itself (MMUEXT_CLEAR_PAGE, MMUEXT_COPY_PAGE).</summary>
    /// <param name="frame">Frame to write.</param>
    /// <param name="owner">Domain that asks.</param>
    /// <param name="source">Frame to copy, or null to clear.</param>
    /// <returns>EINVAL if a frame is not the owner's or the target is not writable.</returns>
    public Errno Fill(ulong frame, DomainId owner, ulong? source)
    {
        if (source is { } from && !Owns(from, owner))
        {
            return Errno.EINVAL;
        }

        var result = GetPageAndType(frame, owner, PageType.Writable);
        if (result == Errno.None)
        {
            var target = _memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes);
            if (source is { } copied)
            {
                _memory.ReadOnlySpan(copied << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).CopyTo(target);
            }
            else
            {
                target.Clear();
            }

            PutPageAndType(frame);
        }

        return Complete(result);
    }

    /// <summary>Zeroes a frame that nobody uses yet.</summary>
    public void Clear(ulong frame) => _memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Clear();

    /// <summary>Whether a frame exists and belongs to a domain.</summary>
    public bool Owns(ulong frame, DomainId owner) => _frames.Contains(frame) && _frames[frame].Owner == owner;

    /// <summary>An entry that refers to a table with tables below it.</summary>
    private Errno ModifyTreeEntry(ulong frame, int index, ulong value, DomainId owner, bool preserveAccessedDirty)
    {
        var (type, child) = (_frames[frame].Type, PageTableEntries.Frame(value));
        var isTable = PageTableEntries.IsPresent(value) && (value & PageTableEntries.Disallowed(type)) == 0;
        var ready = isTable ? MakeReady(child, owner, type - 1) : Errno.None;
        if (ready != Errno.None)
        {
            return Conclude(child, ready);
        }

        var old = _transaction.ReadEntry(frame, index);
        if (PageTableEntries.IsPresent(old))
        {
            HoldChildren(PageTableEntries.Frame(old));
        }

        return Conclude(child, Complete(ModifyEntry(frame, index, value, owner, preserveAccessedDirty)));
    }

    private Errno PinReady(ulong frame, DomainId owner, PageType type)
    {
        var result = GetPageAndType(frame, owner, type);
        if (result == Errno.None && _frames[frame].Pinned)
        {
            result = Errno.EINVAL;
        }

        if (result == Errno.None)
        {
            _transaction.Change(frame).Pinned = true;
        }

        return Complete(result);
    }

    private Errno WriteUntyped(ulong frame, int index, ulong value, DomainId owner)
    {
        var result = GetPageAndType(frame, owner, PageType.Writable);
        if (result == Errno.None)
        {
            _transaction.WriteEntry(frame, index, value);
            PutPageAndType(frame);
        }

        return result;
    }

    private Errno Complete(Errno result)
    {
        if (result == Errno.None)
        {
            _transaction.Commit();
        }
        else
        {
            _transaction.RollBack();
        }

        return result;
    }
}
