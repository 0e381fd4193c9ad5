using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Translation;

/// <summary>A unit in the cache, with what it is linked to.</summary>
internal sealed class CachedUnit(TranslationUnit code, int number, IReadOnlyList<CodePage> pages)
{
    /// <summary>The translation.</summary>
    public TranslationUnit Code { get; } = code;

    /// <summary>Number since the cache was emptied.</summary>
    public int Number { get; } = number;

    /// <summary>Where its guest code is: one page or two.</summary>
    public IReadOnlyList<CodePage> Pages { get; } = pages;

    /// <summary>Exits of other units that lead here.</summary>
    public List<(CachedUnit Unit, UnitExit Exit)> Incoming { get; } = [];

    /// <summary>How often its code called the monitor.</summary>
    public long CallOuts { get; set; }

    /// <summary>Whether it may be executed.</summary>
    public bool IsAlive { get; set; } = true;

    /// <summary>Whether bytes of machine memory are among those that were translated.</summary>
    public bool Covers(ulong machine, int length)
    {
        var end = Code.Address + (ulong)Code.GuestBytes;
        foreach (var page in Pages)
        {
            var start = Math.Max(Code.Address, page.Linear);
            var last = Math.Min(end, page.Linear + Memory.PageTableEntries.FrameBytes);
            var first = page.Machine + (start - page.Linear);
            if (machine < first + (last - start) && machine + (ulong)length > first)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A page that code was translated from.</summary>
/// <param name="Linear">Where the guest's kernel sees it.</param>
/// <param name="Machine">Where it is.</param>
internal readonly record struct CodePage(ulong Linear, ulong Machine);
