using System.Globalization;
using System.Text.RegularExpressions;

namespace ParaKit.Cli.Figures;

/// <summary>
/// What a guest says that its operations cost: lines "BENCH time count name", in units of which "BENCH CLOCK n" make a second. Any guest that prints
/// such lines takes part; the sample does with "bench" on its command line.
/// </summary>
internal static partial class GuestBenchmarks
{
    private const int MaximumLines = 1000;

    /// <summary>Modelled cycles of one operation by name, in the order of the lines; empty without lines, or if the guest does not know its clock.</summary>
    /// <param name="console">What the guest printed. It is not trusted: lines that make no sense are left out.</param>
    /// <param name="frequencyHz">Cycles per second.</param>
    public static IReadOnlyDictionary<string, double> Of(string console, ulong frequencyHz)
    {
        var clock = Clock().Match(console);
        var cycles = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        if (!clock.Success || !TryRead(clock.Groups[1], out var hertz) || hertz == 0)
        {
            return cycles;
        }

        foreach (var line in Lines().Matches(console).Take(MaximumLines))
        {
            if (TryRead(line.Groups[1], out var time) && TryRead(line.Groups[2], out var count) && count != 0)
            {
                cycles[line.Groups[3].Value] = (double)time * frequencyHz / hertz / count;
            }
        }

        return cycles;
    }

    /// <summary>How often the guest did an operation; 0 if it did not say.</summary>
    public static ulong CountOf(string console, string name)
    {
        var line = Lines().Matches(console).Take(MaximumLines).LastOrDefault(l => l.Groups[3].Value == name);
        return line is not null && TryRead(line.Groups[2], out var count) ? count : 0;
    }

    /// <summary>Name of the operation that a line is about; null for other lines.</summary>
    public static string? NameIn(string line) => Lines().Match(line) is { Success: true } match ? match.Groups[3].Value : null;

    private static bool TryRead(Group digits, out ulong value) => ulong.TryParse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    [GeneratedRegex(@"^BENCH CLOCK (\d{1,20})\r?$", RegexOptions.Multiline)]
    private static partial Regex Clock();

    [GeneratedRegex(@"^BENCH (\d{1,20}) (\d{1,20}) ([ -~]{1,60}?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Lines();
}
