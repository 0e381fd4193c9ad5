using System.Globalization;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Guests;

/// <summary>Sets of processors as xl.cfg(5) writes them in "cpus": "all", or numbers, ranges and, behind a ^, those that are left out: "0-3,5,^1".</summary>
internal static class CpuSet
{
    /// <summary>Reads one; null if it is none, or empty.</summary>
    public static ulong? TryParse(string text)
    {
        ulong set = 0;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var isExcluded = part.StartsWith('^');
            if (Range(isExcluded ? part[1..] : part) is not { } range)
            {
                return null;
            }

            set = isExcluded ? set & ~range : set | range;
        }

        return set == 0 ? null : set;
    }

    private static ulong? Range(string text)
    {
        if (text == "all")
        {
            return ulong.MaxValue;
        }

        var ends = text.Split('-');
        return ends.Length <= 2 && Number(ends[0]) is { } first && Number(ends[^1]) is { } last && first <= last
            ? ((1UL << (last + 1)) - 1) & ~((1UL << first) - 1)
            : null;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < HostOptions.MaximumCpus ? number : null;
}
