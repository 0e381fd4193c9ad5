using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Overcommit;

/// <summary>Gives a guest the memory of another, copied on write.</summary>
internal static class PageCloning
{
    /// <summary>Lets a new guest have all pages of another.</summary>
    /// <param name="original">The other.</param>
    /// <param name="clone">A guest of the same size, of which nothing is there.</param>
    /// <param name="pool">Frames of both.</param>
    public static void Copy(GuestPages original, GuestPages clone, FramePool pool)
    {
        Span<byte> contents = new byte[PageTableEntries.FrameBytes];
        for (ulong number = 0; number < (ulong)original.Count; number++)
        {
            var page = new Pfn(number);
            switch (original[page])
            {
                case PageState.Private or PageState.Shared:
                    clone.StartShared(page, pool.Sharing.ShareWithClone(original, page));
                    break;
                case PageState.PagedOut:
                    original.PeekPagedOut(page, contents);
                    clone.StartAbsent(page, PageState.PagedOut, contents);
                    break;
                case PageState.Ballooned:
                    clone.StartAbsent(page, PageState.Ballooned, default);
                    break;
            }
        }
    }
}
