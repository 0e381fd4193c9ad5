using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ParaKit.Image;

/// <summary>
/// The non-loaded section in which the linker records what was rewritten: one line per operation,
/// "operation TAB replacement TAB count", UTF-8; a fourth field "library" says that the calls are the guest library's.
/// </summary>
internal static class RewriteSection
{
    internal const string Name = ".parakit.rewrites";

    private const string Library = "library";
    private const string LibraryField = "\t" + Library;

    internal static byte[] Write(IEnumerable<RewriteSite> sites) => Encoding.UTF8.GetBytes(string.Concat(
        sites.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Operation}\t{s.Replacement}\t{s.Count}{(s.IsInLibrary ? LibraryField : "")}\n"))));

    internal static ImmutableArray<RewriteSite> Read(ReadOnlySpan<byte> section) =>
    [
        .. Encoding.UTF8.GetString(section).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t'))
            .Select(fields => (fields.Length == 3 || (fields.Length == 4 && fields[3] == Library)) && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                ? new RewriteSite(fields[0], fields[1], count) { IsInLibrary = fields.Length == 4 }
                : throw new ImageFormatException($"The section {Name} has a malformed line.")),
    ];
}
