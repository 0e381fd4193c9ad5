namespace ParaKit.Cli.Rendering;

/// <summary>Plain aligned columns, never wrapped or cut: the same text on every terminal and in every file.</summary>
/// <param name="rightAligned">Indices of the columns that are aligned to the right.</param>
internal sealed class TextTable(params int[] rightAligned)
{
    private const string Gap = "  ";

    private readonly List<string?[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Adds a line of text between rows, which does not take part in the alignment.</summary>
    public void AddHeading(string text) => _rows.Add([null, text]);

    /// <summary>Writes all rows.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="indent">Put before each row, not before headings.</param>
    public void Write(TextWriter writer, string indent = "")
    {
        var cells = _rows.Where(row => row[0] is not null).ToArray();
        int[] widths = cells.Length == 0 ? [] : [.. Enumerable.Range(0, cells.Max(row => row.Length))
            .Select(column => cells.Max(row => column < row.Length ? row[column]!.Length : 0))];
        foreach (var row in _rows)
        {
            writer.WriteLine(row[0] is null ? row[1] : indent + Line(row, widths));
        }
    }

    private string Line(string?[] row, int[] widths) => string.Join(Gap, row.Select((cell, column) =>
        rightAligned.Contains(column) ? cell!.PadLeft(widths[column]) : cell!.PadRight(widths[column]))).TrimEnd();
}
