using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ParaKit.Image;

/// <summary>
/// The non-loaded section in which the linker records where it placed machine operations: one line per site, "address TAB operation", UTF-8.
/// A reader checks the instructions there against the operation's own, so that the section can claim nothing that is not so.
/// </summary>
internal static class SiteSection
{
    internal const string Name = ".parakit.sites";

    internal static byte[] Write(IEnumerable<MachineSite> sites) => Encoding.UTF8.GetBytes(string.Concat(
        sites.OrderBy(s => s.Address).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Address:x16}\t{s.Operation}\n"))));

    internal static ImmutableArray<MachineSite> Read(ReadOnlySpan<byte> section) =>
    [
        .. Encoding.UTF8.GetString(section).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Select(fields => fields.Length == 2 && ulong.TryParse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong address)
                ? new MachineSite(address, fields[1])
                : throw new ImageFormatException($"The section {Name} has a malformed line.")),
    ];
}
