namespace ParaKit.Image.Dwarf;

/// <summary>One row of the line-number matrix; <see cref="IsEnd"/> marks the first address past a sequence.</summary>
internal readonly record struct LineRow(ulong Address, LineFile File, int Line, bool IsEnd);

/// <summary>A file of a line-number program; the path is put together on demand, since many files share a long directory.</summary>
internal sealed record LineFile(string Directory, string Name)
{
    internal static LineFile Unknown { get; } = new("", "?");

    internal string Path => Directory.Length == 0 ? Name : $"{Directory.TrimEnd('/')}/{Name}";
}
