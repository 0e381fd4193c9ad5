using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace ParaKit.Image.Elf;

/// <summary>
/// A parsed ELF64 little-endian x86-64 file. Every offset and count comes from a foreign file and is checked against
/// the file's length before use; anything inconsistent is an <see cref="ImageFormatException"/>.
/// </summary>
internal sealed class ElfFile
{
    // Names may share their bytes, so a small file can spell out gigabytes of them.
    private const int NameBudgetFactor = 4;
    private const int SmallestNameBudget = 1 << 16;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly string _name;
    private long _nameBudget;

    private ElfFile(ReadOnlyMemory<byte> file, string name)
    {
        _file = file;
        _name = name;
        _nameBudget = Math.Max(SmallestNameBudget, (long)file.Length * NameBudgetFactor);
    }

    internal ushort Type { get; private set; }

    internal ulong Entry { get; private set; }

    internal ImmutableArray<ElfSection> Sections { get; private set; } = [];

    internal ImmutableArray<ElfSegment> Segments { get; private set; } = [];

    internal ImmutableArray<ElfSymbol> Symbols { get; private set; } = [];

    /// <summary>Parses <paramref name="file"/>; <paramref name="name"/> appears in error messages.</summary>
    internal static ElfFile Parse(ReadOnlyMemory<byte> file, string name)
    {
        var elf = new ElfFile(file, name);
        elf.ReadIdentification();
        elf.ReadSegments();
        elf.ReadSections();
        elf.ReadSymbols();
        return elf;
    }

    internal ElfSection? FindSection(string name) => Sections.FirstOrDefault(s => s.Name == name);

    private void ReadIdentification()
    {
        if (!_file.Span.StartsWith("\u007fELF"u8))
        {
            throw Bad("it does not start with the ELF magic");
        }

        ReadOnlySpan<byte> head = Slice(0, ElfFormat.HeaderSize, "the ELF header").Span;

        if (head[4] != ElfFormat.Class64 || head[5] != ElfFormat.LittleEndian || head[6] != ElfFormat.CurrentVersion)
        {
            throw Bad("it is not a 64-bit little-endian ELF file");
        }

        Type = BinaryPrimitives.ReadUInt16LittleEndian(head[16..]);
        ushort machine = BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        if (machine != ElfFormat.MachineX8664)
        {
            throw Bad($"its machine type is {machine}, not x86-64 ({ElfFormat.MachineX8664})");
        }

        Entry = BinaryPrimitives.ReadUInt64LittleEndian(head[24..]);
    }

    private void ReadSegments()
    {
        ReadOnlySpan<byte> head = _file.Span;
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(head[32..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(head[56..]);
        if (count == 0)
        {
            return;
        }

        RequireEntrySize(BinaryPrimitives.ReadUInt16LittleEndian(head[54..]), ElfFormat.ProgramHeaderSize, "program header");
        ReadOnlySpan<byte> headers = Slice(table, (ulong)count * ElfFormat.ProgramHeaderSize, "the program headers").Span;
        var segments = ImmutableArray.CreateBuilder<ElfSegment>(count);
        for (int i = 0; i < count; i++)
        {
            segments.Add(ReadSegment(headers[(i * ElfFormat.ProgramHeaderSize)..], i));
        }

        Segments = segments.MoveToImmutable();
    }

    private ElfSegment ReadSegment(ReadOnlySpan<byte> header, int index)
    {
        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        ulong fileSize = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
        ulong memorySize = BinaryPrimitives.ReadUInt64LittleEndian(header[40..]);
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (type == ElfFormat.SegmentLoad && fileSize > memorySize)
        {
            throw Bad($"segment {index} has more bytes in the file ({fileSize}) than in memory ({memorySize})");
        }

        return new ElfSegment(
            type,
            BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
            memorySize,
            Slice(offset, fileSize, $"segment {index}"));
    }

    private void ReadSections()
    {
        ReadOnlySpan<byte> head = _file.Span;
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(head[40..]);
        if (table == 0)
        {
            return;
        }

        RequireEntrySize(BinaryPrimitives.ReadUInt16LittleEndian(head[58..]), ElfFormat.SectionHeaderSize, "section header");
        ulong count = BinaryPrimitives.ReadUInt16LittleEndian(head[60..]);
        int names = BinaryPrimitives.ReadUInt16LittleEndian(head[62..]);
        if (count == 0)
        {
            // Extended numbering: the count is in the size field of section 0.
            count = BinaryPrimitives.ReadUInt64LittleEndian(Slice(table, ElfFormat.SectionHeaderSize, "section 0").Span[32..]);
        }

        if (count > (ulong)_file.Length / ElfFormat.SectionHeaderSize)
        {
            throw Bad($"it claims {count} sections, more than its size allows");
        }

        ReadOnlyMemory<byte> headers = Slice(table, count * ElfFormat.SectionHeaderSize, "the section headers");
        ReadOnlyMemory<byte> strings = names < (int)count ? SectionBytes(headers.Span, names) : default;
        var sections = ImmutableArray.CreateBuilder<ElfSection>((int)count);
        for (int i = 0; i < (int)count; i++)
        {
            sections.Add(ReadSection(headers.Span, i, strings.Span));
        }

        Sections = sections.MoveToImmutable();
    }

    private ElfSection ReadSection(ReadOnlySpan<byte> headers, int index, ReadOnlySpan<byte> strings)
    {
        ReadOnlySpan<byte> header = headers.Slice(index * ElfFormat.SectionHeaderSize, ElfFormat.SectionHeaderSize);
        return new ElfSection(
            ReadString(strings, BinaryPrimitives.ReadUInt32LittleEndian(header), $"the name of section {index}"),
            BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[44..]),
            BinaryPrimitives.ReadUInt64LittleEndian(header[48..]),
            SectionBytes(headers, index));
    }

    private ReadOnlyMemory<byte> SectionBytes(ReadOnlySpan<byte> headers, int index)
    {
        ReadOnlySpan<byte> header = headers[(index * ElfFormat.SectionHeaderSize)..];
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        return type is ElfFormat.SectionNull or ElfFormat.SectionNoBits
            ? default
            : Slice(
                BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
                $"section {index}");
    }

    private void ReadSymbols()
    {
        ElfSection? table = Sections.FirstOrDefault(s => s.Type == ElfFormat.SectionSymbolTable);
        if (table is null)
        {
            return;
        }

        if (table.Link >= (uint)Sections.Length)
        {
            throw Bad($"its symbol table names string section {table.Link} of {Sections.Length}");
        }

        ReadOnlySpan<byte> strings = Sections[(int)table.Link].Data.Span;
        ReadOnlySpan<byte> data = table.Data.Span;
        int count = data.Length / ElfFormat.SymbolSize;
        var symbols = ImmutableArray.CreateBuilder<ElfSymbol>(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = data[(i * ElfFormat.SymbolSize)..];
            symbols.Add(new ElfSymbol(
                ReadString(strings, BinaryPrimitives.ReadUInt32LittleEndian(entry), $"the name of symbol {i}"),
                (byte)(entry[4] & 0xf),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(entry[16..])));
        }

        Symbols = symbols.MoveToImmutable();
    }

    private string ReadString(ReadOnlySpan<byte> table, uint offset, string what)
    {
        if (offset == 0 && table.IsEmpty)
        {
            return "";
        }

        int end = offset < (uint)table.Length ? table[(int)offset..].IndexOf((byte)0) : -1;
        if (end < 0)
        {
            throw Bad($"{what} lies outside its string table");
        }

        _nameBudget -= end;
        return _nameBudget >= 0
            ? Encoding.UTF8.GetString(table.Slice((int)offset, end))
            : throw Bad($"its names are longer than {NameBudgetFactor} times the file");
    }

    private ReadOnlyMemory<byte> Slice(ulong offset, ulong length, string what) =>
        offset <= (ulong)_file.Length && length <= (ulong)_file.Length - offset
            ? _file.Slice((int)offset, (int)length)
            : throw Bad($"{what} (offset 0x{offset:x}, {length} bytes) lies outside the file of {_file.Length} bytes");

    private void RequireEntrySize(ushort actual, int expected, string what)
    {
        if (actual != expected)
        {
            throw Bad($"its {what} size is {actual}, not {expected}");
        }
    }

    private ImageFormatException Bad(string why) => new($"'{_name}' cannot be read: {why}.");
}
