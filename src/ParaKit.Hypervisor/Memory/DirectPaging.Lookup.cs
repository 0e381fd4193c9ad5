using ParaKit.Abi;

namespace ParaKit.Hypervisor.Memory;

/// <summary>Requests that first have to find their entry, and those about descriptors.</summary>
public sealed partial class DirectPaging
{
    /// <summary>Takes typed uses of several frames, or of none if one of them is bad.</summary>
    public Errno AcquireAll(ReadOnlySpan<ulong> frames, DomainId owner, PageType type)
    {
        var result = Errno.None;
        foreach (var frame in frames)
        {
            result = GetPageAndType(frame, owner, type);
            if (result != Errno.None)
            {
                break;
            }
        }

        return Complete(result);
    }

    /// <summary>Machine address of the level-1 entry that maps an address, or null if a table on the way is missing.</summary>
    /// <param name="root">Frame of the level-4 table.</param>
    /// <param name="linear">Address.</param>
    public ulong? FindEntry(ulong root, ulong linear)
    {
        var table = root;
        for (var level = 4; level > 1; level--)
        {
            var entry = _memory.Read<ulong>(EntryAddress(table, PageTableEntries.Index(linear, level)));
            if (!PageTableEntries.IsPresent(entry) || (entry & PageTableEntries.PageSize) != 0)
            {
                return null;
            }

            table = PageTableEntries.Frame(entry);
        }

        return EntryAddress(table, PageTableEntries.Index(linear, 1));
    }

    /// <summary>Writes one descriptor of a descriptor frame, or of a frame that is not in use as something else.</summary>
    /// <returns>EINVAL for a bad address, frame or descriptor.</returns>
    public Errno UpdateDescriptor(ulong address, ulong descriptor, DomainId owner)
    {
        var frame = address >> PageTableEntries.FrameShift;
        if (address % sizeof(ulong) != 0 || !Owns(frame, owner) || !SegmentDescriptors.TryAdjust(descriptor, out var adjusted))
        {
            return Errno.EINVAL;
        }

        var type = _frames[frame] is { TypeCount: not 0, Type: PageType.SegmentDescriptors }
            ? PageType.SegmentDescriptors
            : PageType.Writable;
        var result = GetPageAndType(frame, owner, type);
        if (result == Errno.None)
        {
            _transaction.WriteEntry(frame, (int)(address % PageTableEntries.FrameBytes) / sizeof(ulong), adjusted);
            PutPageAndType(frame);
        }

        return Complete(result);
    }

    private static ulong EntryAddress(ulong table, int index) => (table << PageTableEntries.FrameShift) + ((ulong)index * sizeof(ulong));
}
