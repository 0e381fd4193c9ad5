using System;
using ParaKit.Guest;

/// <summary>
/// Looks whether what the log on the disk commits is all there, then commits more. What a page of a transaction must contain follows from its numbers, so
/// a page that was lost is seen.
/// </summary>
internal static unsafe class StoreExercise
{
    private const ulong PagesPerTransaction = 2;
    private const ulong Mark = 0x5afe_0000_0000_0000;

    /// <summary>Runs it.</summary>
    /// <param name="transactions">How many to commit.</param>
    /// <param name="isOrdered">False to leave the barrier out.</param>
    public static void Run(ulong transactions, bool isOrdered)
    {
        var ring = (void*)PageTable.ToVirtual(Frames.Allocate());
        var page = (ulong*)PageTable.ToVirtual(Frames.Allocate());
        if (!Disk.TryInitialize(ring, out ulong sectors))
        {
            Platform.Fail("the store needs a disk");
        }

        var store = new RecordStore((ulong*)PageTable.ToVirtual(Frames.Allocate()), sectors / Disk.PageSectors, isOrdered);
        ulong whole = CountWhole(store, page);
        Say("STORE found ", store.Committed);
        Say("STORE whole ", whole);
        for (ulong i = 0; i < transactions; i++)
        {
            ulong number = store.Committed + 1;
            for (ulong index = 0; index < PagesPerTransaction; index++)
            {
                Fill(page, number, index);
                if (!store.TryPut(index, page))
                {
                    return;
                }
            }

            if (!store.TryCommit(PagesPerTransaction))
            {
                return;
            }

            Say("STORE committed ", number);
        }
    }

    /// <summary>Transactions of the log whose pages are all as they were written.</summary>
    private static ulong CountWhole(RecordStore store, ulong* page)
    {
        ulong whole = 0;
        for (ulong number = 1; number <= store.Committed; number++)
        {
            bool isWhole = true;
            for (ulong index = 0; index < PagesPerTransaction; index++)
            {
                ulong place = ((number - 1) * (PagesPerTransaction + 1)) + index;
                isWhole &= store.TryRead(place, page) && IsFilled(page, number, index);
            }

            whole += isWhole ? 1UL : 0;
        }

        return whole;
    }

    private static void Fill(ulong* page, ulong number, ulong index)
    {
        for (ulong i = 0; i < RecordStore.Words; i++)
        {
            page[i] = Mark | (number << 32) | (index << 16) | i;
        }
    }

    private static bool IsFilled(ulong* page, ulong number, ulong index)
    {
        bool isFilled = true;
        for (ulong i = 0; i < RecordStore.Words; i++)
        {
            isFilled &= page[i] == (Mark | (number << 32) | (index << 16) | i);
        }

        return isFilled;
    }

    private static void Say(ReadOnlySpan<char> what, ulong number)
    {
        Console.Write(what);
        Console.WriteDecimal(number);
        Console.Write("\n");
    }
}
