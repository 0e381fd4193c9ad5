using System;
using ParaKit.Guest;

/// <summary>
/// A log on the disk: transactions of pages, each followed by a page that commits it. What the log does not commit does not exist. There are no checksums:
/// that a commit is durable only after its pages is the order of writes, which a barrier keeps. Mohan et al. 1992, "ARIES", write-ahead logging; Rosenblum
/// and Ousterhout 1992, "The Design and Implementation of a Log-Structured File System".
/// </summary>
internal sealed unsafe class RecordStore
{
    /// <summary>Words of a page.</summary>
    public const int Words = (int)(PageTable.PageSize / sizeof(ulong));

    /// <summary>Pages of a transaction at most, without its commit.</summary>
    public const ulong MaximumPages = 8;

    private const ulong Magic = 0x74696d6d6f43_4b50;
    private const int SequenceWord = 1;
    private const int StartWord = 2;
    private const int CountWord = 3;

    private readonly ulong* _page;
    private readonly ulong _pages;
    private readonly bool _isOrdered;

    /// <summary>Opens the store and finds what is committed.</summary>
    /// <param name="page">A page of its own.</param>
    /// <param name="pages">Pages of the disk.</param>
    /// <param name="isOrdered">False to leave the barrier out, which is wrong.</param>
    public RecordStore(ulong* page, ulong pages, bool isOrdered)
    {
        _page = page;
        _pages = pages;
        _isOrdered = isOrdered;
        while (TryFindCommit(End, Committed + 1, out ulong commit))
        {
            Committed++;
            End = commit + 1;
        }
    }

    /// <summary>Transactions that are committed.</summary>
    public ulong Committed { get; private set; }

    /// <summary>Where the log ends, in pages.</summary>
    public ulong End { get; private set; }

    /// <summary>Reads a page of the log.</summary>
    public bool TryRead(ulong number, void* page) => number < _pages && Disk.TryRead(number * Disk.PageSectors, page, Disk.PageSectors);

    /// <summary>Writes a page of the transaction that begins at the end of the log.</summary>
    public bool TryPut(ulong index, void* page) =>
        index < MaximumPages && End + index + 1 < _pages && Disk.TryWrite((End + index) * Disk.PageSectors, page, Disk.PageSectors);

    /// <summary>Commits the pages that were put; true when that is durable.</summary>
    public bool TryCommit(ulong count)
    {
        new Span<ulong>(_page, Words).Clear();
        _page[0] = Magic;
        _page[SequenceWord] = Committed + 1;
        _page[StartWord] = End;
        _page[CountWord] = count;
        ulong sector = (End + count) * Disk.PageSectors;
        bool isWritten = _isOrdered
            ? Disk.TryWriteBarrier(sector, _page, Disk.PageSectors)
            : Disk.TryWrite(sector, _page, Disk.PageSectors);
        if (isWritten)
        {
            Committed++;
            End += count + 1;
        }

        return isWritten;
    }

    private bool TryFindCommit(ulong start, ulong sequence, out ulong number)
    {
        for (number = start + 1; number <= start + MaximumPages && number < _pages; number++)
        {
            bool isCommit = TryRead(number, _page) && _page[0] == Magic && _page[SequenceWord] == sequence && _page[StartWord] == start
                && _page[CountWord] == number - start;
            if (isCommit)
            {
                return true;
            }
        }

        return false;
    }
}
