using ParaKit.Abi;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Grants;

/// <summary>
/// What a domain lets others use: entries of version 1 in frames that it shares with the hypervisor, and which of them are in use. The domain can write
/// anything into the entries at any time; each is read once per use. Xen public/grant_table.h, "grant_entry_v1".
/// </summary>
internal sealed partial class GrantTable(DomainId owner, PhysicalMemory memory, FrameAllocator allocator, DirectPaging paging, FrameQuota quota)
{
    /// <summary>Frames at most.</summary>
    public const uint MaximumFrames = 32;

    private const ulong DomainShift = 16;
    private const ulong FrameShift = 32;
    private const ulong FlagsMask = 0xffff;

    private readonly List<ulong> _frames = [];
    private readonly Dictionary<uint, Uses> _uses = [];

    private record struct Uses(ulong Frame, int Readers, int Writers);

    /// <summary>Frames that the table has.</summary>
    public IReadOnlyList<ulong> Frames => _frames;

    /// <summary>Entries.</summary>
    public uint Count => (uint)_frames.Count * GrantEntryV1.PerFrame;

    /// <summary>Grants in use, for tests of invariants.</summary>
    public int InUse => _uses.Count;

    /// <summary>Makes the table at least so large; it never shrinks.</summary>
    /// <returns>False if that is too large, or the machine has no frames left.</returns>
    public bool TryGrow(uint frames)
    {
        if (frames > MaximumFrames || frames > (uint)_frames.Count + (uint)allocator.Free)
        {
            return false;
        }

        while (_frames.Count < frames)
        {
            var frame = allocator.AllocateShared(owner);
            memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes).Clear();
            _frames.Add(frame);
        }

        return true;
    }

    /// <summary>Begins to use a granted frame: it stays what it is, and the domain's, until <see cref="Release"/>.</summary>
    /// <param name="reference">The grant.</param>
    /// <param name="user">Who uses it.</param>
    /// <param name="isWrite">Whether it is written to.</param>
    /// <param name="frame">Machine frame.</param>
    public GrantStatus Acquire(uint reference, DomainId user, bool isWrite, out ulong frame)
    {
        frame = 0;
        if (reference >= Count)
        {
            return GrantStatus.BadGrantReference;
        }

        // One read of all fields: they belong together.
        var entry = memory.Read<ulong>(Address(reference));
        var flags = (GrantEntryFlags)(entry & FlagsMask);
        if ((flags & GrantEntryFlags.TypeMask) != GrantEntryFlags.PermitAccess || (ushort)(entry >> (int)DomainShift) != user.Value)
        {
            return GrantStatus.BadGrantReference;
        }

        if (isWrite && (flags & GrantEntryFlags.ReadOnly) != 0)
        {
            return GrantStatus.BadGrantReference;
        }

        frame = entry >> (int)FrameShift;
        return Use(reference, frame, isWrite);
    }

    /// <summary>Ends a use.</summary>
    public void Release(uint reference, bool isWrite)
    {
        var uses = _uses[reference];
        uses = isWrite ? uses with { Writers = uses.Writers - 1 } : uses with { Readers = uses.Readers - 1 };
        if (isWrite)
        {
            paging.Release(uses.Frame);
        }
        else
        {
            paging.ReleaseFromReading(uses.Frame);
        }

        var ended = (uses.Writers == 0 ? GrantEntryFlags.Writing : 0) | (uses is { Writers: 0, Readers: 0 } ? GrantEntryFlags.Reading : 0);
        memory.Write(Address(reference), (ushort)(memory.Read<ushort>(Address(reference)) & ~(ushort)ended));
        if (uses is { Writers: 0, Readers: 0 })
        {
            _uses.Remove(reference);
        }
        else
        {
            _uses[reference] = uses;
        }
    }

    /// <summary>While an entry is in use its frame is the one of the first use, whatever the domain has written since.</summary>
    private GrantStatus Use(uint reference, ulong frame, bool isWrite)
    {
        if (_uses.TryGetValue(reference, out var uses) && uses.Frame != frame)
        {
            return GrantStatus.BadGrantReference;
        }

        var taken = isWrite ? paging.Acquire(frame, owner, PageType.Writable) : paging.AcquireForReading(frame, owner);
        if (taken != Errno.None)
        {
            return GrantStatus.BadPage;
        }

        _uses[reference] = new Uses(frame, uses.Readers + (isWrite ? 0 : 1), uses.Writers + (isWrite ? 1 : 0));
        var marks = GrantEntryFlags.Reading | (isWrite ? GrantEntryFlags.Writing : 0);
        memory.Write(Address(reference), (ushort)(memory.Read<ushort>(Address(reference)) | (ushort)marks));
        return GrantStatus.Okay;
    }

    private ulong Address(uint reference) =>
        (_frames[(int)(reference / GrantEntryV1.PerFrame)] << PageTableEntries.FrameShift) + (reference % GrantEntryV1.PerFrame * sizeof(ulong));
}
