using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ParaKit.Image;

/// <summary>
/// The non-loaded section in which the linker records what was rewritten: one line per operation,
/// "operation TAB replacement TAB count", UTF-8.
/// </summary>
internal static class RewriteSection
{
    internal const string Name = ".parakit.rewrites";

    internal static byte[] Write(IEnumerable<RewriteSite> sites) => Encoding.UTF8.GetBytes(string.Concat(
        sites.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Operation}\t{s.Replacement}\t{s.Count}\n"))));

    internal static ImmutableArray<RewriteSite> Read(ReadOnlySpan<byte> section) =>
    [
        .. Encoding.UTF8.GetString(section).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Select(fields => fields.Length == 3 && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                ? new RewriteSite(fields[0], fields[1], count)
                : throw new ImageFormatException($"The section {Name} has a malformed line.")),
    ];
}
