using System;

namespace ParaKit.Guest;

/// <summary>
/// Collects stores to page tables and makes them together: plain stores natively, one hypercall for all of them on Xen. Nothing is stored
/// before <see cref="Flush"/>, a full buffer, or the end of the <c>using</c>; do not use what a batch maps before that.
/// </summary>
/// <param name="buffer">Room for the updates, usually <c>stackalloc</c>; its length is the size of a batch.</param>
public unsafe ref struct PageTableBatch(Span<PageTableUpdate> buffer)
{
    private readonly Span<PageTableUpdate> _buffer = buffer;
    private int _count;

    /// <summary>Adds a store.</summary>
    /// <param name="entry">Where, in the direct map.</param>
    /// <param name="value">Physical address and flags.</param>
    public void Write([PageTableEntry] ulong* entry, ulong value)
    {
        if (_count == _buffer.Length)
        {
            Flush();
        }

        _buffer[_count] = new PageTableUpdate { Entry = entry, Value = value };
        _count++;
    }

    /// <summary>Makes the collected stores, in order.</summary>
    public void Flush()
    {
        if (_count > 0)
        {
            fixed (PageTableUpdate* first = _buffer)
            {
                PageTable.WriteAll(first, _count);
            }
        }

        _count = 0;
    }

    /// <summary>Makes the stores that are left.</summary>
    public void Dispose() => Flush();
}
