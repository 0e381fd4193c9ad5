using ParaKit.Image.Elf;

namespace ParaKit.Image.Dwarf;

/// <summary>Address → source line, from all line-number programs of .debug_line.</summary>
internal sealed class LineTable
{
    private readonly LineRow[] _rows;

    private LineTable(LineRow[] rows) => _rows = rows;

    /// <summary>Reads the section of a linked file; an absent or unreadable section gives an empty table.</summary>
    internal static LineTable Read(ElfFile elf) => Read(elf.FindSection(".debug_line")?.Data ?? default);

    /// <summary>Reads relocated .debug_line bytes.</summary>
    internal static LineTable Read(ReadOnlyMemory<byte> section)
    {
        List<LineRow> rows = [];
        var reader = new DwarfReader(section);
        while (reader.Remaining > 0 && LineProgram.TryRun(ref reader, rows))
        {
        }

        // Stable: of several rows for one address the last holds. A sequence that ends where another starts must not hide it.
        return new LineTable([.. rows.OrderBy(static r => r.Address).ThenBy(static r => !r.IsEnd)]);
    }

    /// <summary>All rows that cover at least one byte, in address order.</summary>
    internal IEnumerable<LineRange> Ranges => _rows.Zip(_rows.Skip(1))
        .Where(pair => !pair.First.IsEnd && pair.Second.Address > pair.First.Address)
        .Select(pair => new LineRange(pair.First.Address, pair.Second.Address, pair.First.File, pair.First.Line));

    internal bool TryFind(ulong address, out SourceLine line) => TryFind(address, out line, out _);

    /// <summary>Finds the line of an address, and the first address that the same row of the table speaks of.</summary>
    internal bool TryFind(ulong address, out SourceLine line, out ulong start)
    {
        int low = 0;
        int high = _rows.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_rows[middle].Address <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        if (high < 0 || _rows[high].IsEnd)
        {
            line = default;
            start = 0;
            return false;
        }

        start = _rows[high].Address;
        line = new SourceLine(_rows[high].File.Path, _rows[high].Line);
        return true;
    }
}
