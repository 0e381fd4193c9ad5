using System.Globalization;
using System.Numerics;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Rendering;

/// <summary>Words and letters for the states of domains. xl(1), "list"; xentop(1).</summary>
internal static class DomainWords
{
    private const string ListLetters = "rbpscd";
    private const string TopLetters = "dsbcpr";

    /// <summary>A state as a word.</summary>
    public static string Of(GuestStatus status) => status switch
    {
        GuestStatus.Running => "running",
        GuestStatus.Runnable => "runnable",
        GuestStatus.Blocked => "blocked",
        GuestStatus.Paused => "paused",
        GuestStatus.ShutDown => "shut down",
        GuestStatus.Crashed => "crashed",
        _ => "destroyed",
    };

    /// <summary>How a domain ended.</summary>
    public static string End(DomainSnapshot domain) => domain.Status == GuestStatus.ShutDown
        ? string.Create(CultureInfo.InvariantCulture, $"shut down with code {domain.ExitCode}")
        : Of(domain.Status);

    /// <summary>How time passes.</summary>
    public static string Of(Pace pace) => pace == Pace.Real ? "real" : "free";

    /// <summary>As <c>xl list</c>: running, blocked, paused, shut down, crashed, dying, each at its place.</summary>
    public static string Letters(GuestStatus status) => At(ListLetters, status);

    /// <summary>As <c>xentop</c>, which has the same letters in another order.</summary>
    public static string LettersOfTop(GuestStatus status) => At(TopLetters, status);

    /// <summary>As <c>xl vcpu-list</c>: three letters.</summary>
    public static string LettersOfVcpu(GuestStatus status) => At(ListLetters[..3], status);

    /// <summary>Numbers of the bits that are set.</summary>
    public static IReadOnlyList<int> Bits(ulong set) => [.. Enumerable.Range(0, 64).Where(bit => (set & (1UL << bit)) != 0)];

    /// <summary>Processors as <c>xl vcpu-list</c> names them: "all", or such as "0-2,5".</summary>
    public static string Affinity(ulong set, int cpus)
    {
        if (BitOperations.PopCount(set) == cpus)
        {
            return "all";
        }

        List<(int First, int Last)> ranges = [];
        foreach (var bit in Bits(set))
        {
            if (ranges.Count > 0 && ranges[^1].Last == bit - 1)
            {
                ranges[^1] = ranges[^1] with { Last = bit };
            }
            else
            {
                ranges.Add((bit, bit));
            }
        }

        return string.Join(',', ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }

    private static string At(string letters, GuestStatus status)
    {
        var letter = status switch
        {
            GuestStatus.Running => 'r',
            GuestStatus.Blocked => 'b',
            GuestStatus.Paused => 'p',
            GuestStatus.ShutDown => 's',
            GuestStatus.Crashed => 'c',
            GuestStatus.Destroyed => 'd',
            _ => '-',
        };
        return string.Concat(letters.Select(place => place == letter ? letter : '-'));
    }
}
