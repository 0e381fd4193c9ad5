using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

// Linear addresses that the software TLB does not know.
public sealed unsafe partial class Processor
{
    /// <summary>What undriven data lines read as.</summary>
    private const byte OpenBus = 0xff;

    /// <summary>Upper half of the limits of 32 bits that segments have.</summary>
    private const ulong LimitHighPart = 0xffff_ffff_0000_0000;

    private readonly LimitBypassTlb _beyondLimit = new();

    /// <summary>
    /// Host address of guest data at the current privilege level; null after noting a fault. Bytes that cross a page (or are
    /// not RAM) come in the staging buffer; after a write access they are written back by <see cref="CommitStaging"/>.
    /// </summary>
    /// <param name="linear">First byte.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="segment">Whether the access is through SS or GS.</param>
    /// <param name="op">The instruction that accesses, if it may access devices behind RAM; null if not.</param>
    internal byte* Access(ulong linear, int size, AccessKind access, DecodedFlags segment, DecodedInstruction* op)
    {
        ulong last = linear + (uint)size - 1;
        bool isBeyondLimit = IsBeyondLimit(last);
        if (!LinearAddress.IsCanonical(linear) || !LinearAddress.IsCanonical(last)
            || (isBeyondLimit && (segment & DecodedFlags.GsSegment) == 0))
        {
            Step.Raise(_cpu, (segment & DecodedFlags.StackSegment) != 0 ? ExceptionVector.StackFault : ExceptionVector.GeneralProtection, 0);
            return null;
        }

        bool user = _cpu->Cpl == 3;
        if (isBeyondLimit)
        {
            return AccessBeyondLimit(linear, size, access, user);
        }

        bool crosses = (linear & SoftwareTlb.PageMask) != (last & SoftwareTlb.PageMask);
        int head = crosses ? (int)((last & SoftwareTlb.PageMask) - linear) : size;
        byte* first = Resolve(linear, head, access, user, crosses ? null : op);
        if (first == null || !crosses)
        {
            return first;
        }

        byte* second = Resolve(last & SoftwareTlb.PageMask, size - head, access, user);
        if (second == null)
        {
            return null;
        }

        Stage(first, second, linear, head, size);
        return _cpu->Staging;
    }

    /// <summary>
    /// Host address of data that the processor itself uses (descriptors, TSS, stacks of handlers), as CPL 0; in one page.
    /// </summary>
    internal byte* SystemAccess(ulong linear, int size, AccessKind access)
    {
        int slot = SoftwareTlb.Slot(linear);
        ulong tag = (linear & SoftwareTlb.PageMask) | SoftwareTlb.SupervisorKey;
        ulong known = access == AccessKind.Write ? _cpu->WriteTags[slot] : _cpu->ReadTags[slot];
        return known == tag ? (byte*)(linear + _cpu->Addends[slot]) : Resolve(linear, size, access, user: false);
    }

    /// <summary>Reads eight bytes as CPL 0; false after noting a fault.</summary>
    internal bool TrySystemRead(ulong linear, out ulong value)
    {
        value = 0;
        for (int i = 0; i < sizeof(ulong); i++)
        {
            byte* place = SystemAccess(linear + (uint)i, 1, AccessKind.Read);
            if (place == null)
            {
                return false;
            }

            if (i == 0 && (linear & ~SoftwareTlb.PageMask) <= (1 << SoftwareTlb.PageShift) - sizeof(ulong))
            {
                value = *(ulong*)place;
                return true;
            }

            value |= (ulong)*place << (i * 8);
        }

        return true;
    }

    /// <summary>Writes back an access that crossed a page. Both pages were checked when it was opened.</summary>
    internal void CommitStaging(int size)
    {
        if (_stagedDevice is not null)
        {
            WriteDevice(size);
            return;
        }

        ulong linear = _cpu->StagingAddress;
        bool user = _cpu->Cpl == 3;
        for (int i = 0; i < size; i++)
        {
            byte* place = Resolve(linear + (uint)i, 1, AccessKind.Write, user);
            if (place != null)
            {
                *place = _cpu->Staging[i];
            }
        }
    }

    private void Stage(byte* first, byte* second, ulong linear, int head, int size)
    {
        _cpu->StagingAddress = linear;
        new ReadOnlySpan<byte>(first, head).CopyTo(new Span<byte>(_cpu->Staging, head));
        new ReadOnlySpan<byte>(second, size - head).CopyTo(new Span<byte>(_cpu->Staging + head, size - head));
    }

    /// <summary>Walks the page tables for <paramref name="size"/> bytes of a page, fills the TLB, and returns the host address or null after a fault.</summary>
    /// <param name="linear">First byte.</param>
    /// <param name="size">Bytes, in one page.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="user">Whether at privilege level 3.</param>
    /// <param name="op">The instruction that accesses, if it may access devices behind RAM.</param>
    private byte* Resolve(ulong linear, int size, AccessKind access, bool user, DecodedInstruction* op = null)
    {
        if (!TryWalk(linear, access, user, out PageWalk walk))
        {
            return null;
        }

        ulong frame = walk.Physical >> PhysicalMemory.FrameShift;
        if (!Memory.Contains(frame << PhysicalMemory.FrameShift, PhysicalMemory.FrameBytes))
        {
            byte* device = op == null ? null : AccessDevice(walk.GuestPhysical, linear, size, access, op);
            return device != null ? device : Nothing((int)walk.Physical & (PhysicalMemory.FrameBytes - 1));
        }

        if (access == AccessKind.Write)
        {
            Memory.NoteWrite(walk.Physical, (uint)size);
        }

        byte* host = Memory.Base + walk.Physical;
        ulong tag = (linear & SoftwareTlb.PageMask) | (user ? SoftwareTlb.UserKey : SoftwareTlb.SupervisorKey);
        bool isWritable = walk.CacheAsWritable && !Memory.MustNoteWrites(frame);
        if (!IsBeyondLimit(linear))
        {
            SoftwareTlb.FillData(_cpu, tag, (ulong)host - linear, isWritable);
        }
        else if (isWritable)
        {
            _beyondLimit.Fill(tag, (ulong)host - linear);
        }

        return host;
    }

    /// <summary>
    /// Whether a byte lies past the limit that <see cref="Efer.SegmentLimitEnable"/> sets. One limit, that of DS, counts for all segments.
    /// </summary>
    private bool IsBeyondLimit(ulong linear) =>
        (_cpu->Efer & Efer.SegmentLimitEnable) != 0 && linear > (LimitHighPart | _cpu->Ds.Limit);

    /// <summary>What GS reaches past the limit. The software TLB must not know it, because its hits are not checked.</summary>
    private byte* AccessBeyondLimit(ulong linear, int size, AccessKind access, bool user)
    {
        ulong page = linear & SoftwareTlb.PageMask;
        if (page != ((linear + (uint)size - 1) & SoftwareTlb.PageMask))
        {
            Stop(ExitReason.Unimplemented, $"an access past the segment limit that crosses a page, at {linear:x}");
            return null;
        }

        return _beyondLimit.TryFind(page | (user ? SoftwareTlb.UserKey : SoftwareTlb.SupervisorKey), out ulong addend)
            ? (byte*)(linear + addend)
            : Resolve(linear, size, access, user);
    }

    private bool TryWalk(ulong linear, AccessKind access, bool user, out PageWalk walk)
    {
        if ((_cpu->Cr0 & Cpu.Cr0.Paging) == 0 || !LinearAddress.IsCanonical(linear))
        {
            walk = default;
            Step.Raise(_cpu, ExceptionVector.GeneralProtection, 0);
            return false;
        }

        bool found = PageWalker.TryWalk(Memory, Paging, linear, access, user, setBits: true, out walk);
        Counters.PageWalks++;
        Counters.PageWalkReferences += walk.References;
        Counters.LongestPageWalk = Math.Max(Counters.LongestPageWalk, walk.References);
        Clock.Charge((ulong)walk.References * Costs.PageWalkReference);
        if (walk.NestedFault)
        {
            NoteNestedFault(linear, in walk);
        }
        else if (!found)
        {
            Step.Raise(_cpu, ExceptionVector.PageFault, (uint)walk.ErrorCode, linear);
        }

        return found;
    }

    private void NoteNestedFault(ulong linear, in PageWalk walk) => _cpu->Stop = new PendingStop
    {
        Kind = StopKind.Exit,
        Reason = ExitReason.NestedPageFault,
        Address = walk.Physical,
        LinearAddress = linear,
        ErrorCode = (uint)walk.ErrorCode,
        Qualification = NestedQualification(in walk),
    };

    /// <summary>A page of open bus: reads all ones; what is written there is lost.</summary>
    private byte* Nothing(int offset)
    {
        _openBus ??= new MemoryBlock(2 * PhysicalMemory.FrameBytes);
        new Span<byte>(_openBus.Pointer, 2 * PhysicalMemory.FrameBytes).Fill(OpenBus);
        return _openBus.Pointer + offset;
    }

    /// <summary>The translation part of the control registers, for the page walker.</summary>
    private PagingState Paging => new(
        _cpu->Cr3, (_cpu->Cr0 & Cr0.WriteProtect) != 0, (_cpu->Efer & Efer.NoExecuteEnable) != 0)
    {
        NestedCr3 = NestedCr3,
        NestedFaultsExit = Controls.NestedPageFault,
    };
}
