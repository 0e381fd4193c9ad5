using ParaKit.Hypervisor.Memory;

namespace ParaKit.Cli.MemoryMaps;

/// <summary>A guest's memory at a moment: virtual, physical and machine pages.</summary>
/// <param name="Guest">Name of the image.</param>
/// <param name="Technique">How it runs.</param>
/// <param name="Milliseconds">When, in virtual time.</param>
/// <param name="HasEnded">Whether the guest has ended by then: this is its last state.</param>
/// <param name="Pages">Pages that the kernel believes to have.</param>
/// <param name="Frames">What each is.</param>
/// <param name="Translations">Addresses that were asked for.</param>
internal sealed record MemoryMap(string Guest, string Technique, double Milliseconds, bool HasEnded, long Pages, IReadOnlyList<FrameUse> Frames, IReadOnlyList<Translation> Translations)
{
    /// <summary>Pages in a row that are frames in a row, used in the same way.</summary>
    public IEnumerable<(FrameUse First, ulong Count)> Ranges()
    {
        (FrameUse First, ulong Count)? range = null;
        foreach (var use in Frames)
        {
            if (range is { } open && IsNext(open, use))
            {
                range = (open.First, open.Count + 1);
                continue;
            }

            if (range is { } done)
            {
                yield return done;
            }

            range = (use, 1);
        }

        if (range is { } last)
        {
            yield return last;
        }
    }

    /// <summary>Pages in a row that are machine frames in a row, whatever they are used for: how many such runs there are, and pages of the longest.</summary>
    public (long Runs, long Longest) Contiguity()
    {
        var (runs, longest, length) = (0L, 0L, 0L);
        FrameUse? last = null;
        foreach (var use in Frames.Where(use => use.Frame is not null))
        {
            var goesOn = last is { } before && use.Page.Number == before.Page.Number + 1 && use.Frame!.Value.Number == before.Frame!.Value.Number + 1;
            (runs, length) = goesOn ? (runs, length + 1) : (runs + 1, 1);
            longest = Math.Max(longest, length);
            last = use;
        }

        return (runs, longest);
    }

    private static bool IsNext((FrameUse First, ulong Count) range, FrameUse use) =>
        use.Use == range.First.Use && use.References == range.First.References && use.Page.Number == range.First.Page.Number + range.Count
        && (use.Frame, range.First.Frame) switch
        {
            (null, null) => true,
            ({ } frame, { } first) => frame.Number == first.Number + range.Count,
            _ => false,
        };
}

/// <summary>A linear address, and what it is.</summary>
/// <param name="Address">The address.</param>
/// <param name="Page">The guest's frame; null if nothing is mapped there.</param>
/// <param name="Frame">The machine's.</param>
internal sealed record Translation(ulong Address, Pfn? Page, Mfn? Frame);
