using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace ParaKit.Image.Elf;

/// <summary>
/// A parsed little-endian ELF file for x86, of 32 or 64 bits. Every offset and count comes from a foreign file and is checked against
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

    internal ushort Machine { get; private set; }

    /// <summary>Whether its headers are those of ELF64.</summary>
    internal bool Is64 { get; private set; }

    internal ulong Entry { get; private set; }

    internal ImmutableArray<ElfSection> Sections { get; private set; } = [];

    internal ImmutableArray<ElfSegment> Segments { get; private set; } = [];

    internal ImmutableArray<ElfSymbol> Symbols { get; private set; } = [];

    /// <summary>Parses an ELF64 x86-64 file; <paramref name="name"/> appears in error messages.</summary>
    internal static ElfFile Parse(ReadOnlyMemory<byte> file, string name)
    {
        ElfFile elf = ParseAny(file, name);
        if (!elf.Is64)
        {
            throw elf.Bad("it is not a 64-bit little-endian ELF file");
        }

        return elf.Machine == ElfFormat.MachineX8664
            ? elf
            : throw elf.Bad($"its machine type is {elf.Machine}, not x86-64 ({ElfFormat.MachineX8664})");
    }

    /// <summary>Parses a file of 32 or 64 bits; <paramref name="name"/> appears in error messages.</summary>
    internal static ElfFile ParseAny(ReadOnlyMemory<byte> file, string name)
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
        if (!_file.Span.StartsWith(ElfFormat.Magic))
        {
            throw Bad("it does not start with the ELF magic");
        }

        ReadOnlySpan<byte> head = Slice(0, ElfFormat.HeaderSize32, "the ELF header").Span;
        Is64 = head[4] == ElfFormat.Class64;
        if (head[4] is not (ElfFormat.Class32 or ElfFormat.Class64) || head[5] != ElfFormat.LittleEndian || head[6] != ElfFormat.CurrentVersion)
        {
            throw Bad("it is not a 32-bit or 64-bit little-endian ELF file");
        }

        head = Slice(0, Is64 ? ElfFormat.HeaderSize : (ulong)ElfFormat.HeaderSize32, "the ELF header").Span;
        Type = BinaryPrimitives.ReadUInt16LittleEndian(head[16..]);
        Machine = BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        if (Machine is not (ElfFormat.MachineX8664 or ElfFormat.Machine386))
        {
            throw Bad($"its machine type is {Machine}, not x86-64 ({ElfFormat.MachineX8664}) or i386 ({ElfFormat.Machine386})");
        }

        Entry = Word(head, 24, 24);
    }

    private void ReadSegments()
    {
        ReadOnlySpan<byte> head = _file.Span;
        ulong table = Word(head, 28, 32);
        int count = Half(head, 44, 56);
        if (count == 0)
        {
            return;
        }

        int size = Is64 ? 56 : 32;
        RequireEntrySize(Half(head, 42, 54), size, "program header");
        ReadOnlySpan<byte> headers = Slice(table, (ulong)(count * size), "the program headers").Span;
        var segments = ImmutableArray.CreateBuilder<ElfSegment>(count);
        for (int i = 0; i < count; i++)
        {
            segments.Add(ReadSegment(headers[(i * size)..], i));
        }

        Segments = segments.MoveToImmutable();
    }

    private ElfSegment ReadSegment(ReadOnlySpan<byte> header, int index)
    {
        ulong offset = Word(header, 4, 8);
        ulong fileSize = Word(header, 16, 32);
        ulong memorySize = Word(header, 20, 40);
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (type == ElfFormat.SegmentLoad && fileSize > memorySize)
        {
            throw Bad($"segment {index} has more bytes in the file ({fileSize}) than in memory ({memorySize})");
        }

        return new ElfSegment(
            type,
            BinaryPrimitives.ReadUInt32LittleEndian(header[(Is64 ? 4 : 24)..]),
            Word(header, 8, 16),
            Word(header, 12, 24),
            memorySize,
            Slice(offset, fileSize, $"segment {index}")) { Offset = offset };
    }

    private void ReadSections()
    {
        ReadOnlySpan<byte> head = _file.Span;
        ulong table = Word(head, 32, 40);
        if (table == 0)
        {
            return;
        }

        int size = SectionHeaderSize;
        RequireEntrySize(Half(head, 46, 58), size, "section header");
        ulong count = Half(head, 48, 60);
        int names = Half(head, 50, 62);
        if (count == 0)
        {
            // Extended numbering: the count is in the size field of section 0.
            count = Word(Slice(table, (ulong)size, "section 0").Span, 20, 32);
        }

        if (count > (ulong)(_file.Length / size))
        {
            throw Bad($"it claims {count} sections, more than its size allows");
        }

        ReadOnlyMemory<byte> headers = Slice(table, count * (ulong)size, "the section headers");
        ReadOnlyMemory<byte> strings = names < (int)count ? SectionBytes(headers.Span[(names * size)..], names) : default;
        var sections = ImmutableArray.CreateBuilder<ElfSection>((int)count);
        for (int i = 0; i < (int)count; i++)
        {
            sections.Add(ReadSection(headers.Span.Slice(i * size, size), i, strings.Span));
        }

        Sections = sections.MoveToImmutable();
    }

    private ElfSection ReadSection(ReadOnlySpan<byte> header, int index, ReadOnlySpan<byte> strings) => new(
        ReadString(strings, BinaryPrimitives.ReadUInt32LittleEndian(header), $"the name of section {index}"),
        BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
        Word(header, 8, 8),
        Word(header, 12, 16),
        Word(header, 20, 32),
        BinaryPrimitives.ReadUInt32LittleEndian(header[(Is64 ? 40 : 24)..]),
        BinaryPrimitives.ReadUInt32LittleEndian(header[(Is64 ? 44 : 28)..]),
        Word(header, 32, 48),
        SectionBytes(header, index)) { Offset = Word(header, 16, 24) };

    private ReadOnlyMemory<byte> SectionBytes(ReadOnlySpan<byte> header, int index)
    {
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        return type is ElfFormat.SectionNull or ElfFormat.SectionNoBits
            ? default
            : Slice(Word(header, 16, 24), Word(header, 20, 32), $"section {index}");
    }

    private void ReadSymbols()
    {
        ElfSection? table = Sections.FirstOrDefault(s => s.Type == ElfFormat.SectionSymbolTable);
        Symbols = table is null ? [] : ReadSymbols(table);
    }

    /// <summary>The symbols of a table.</summary>
    internal ImmutableArray<ElfSymbol> ReadSymbols(ElfSection table)
    {
        if (table.Link >= (uint)Sections.Length)
        {
            throw Bad($"its symbol table names string section {table.Link} of {Sections.Length}");
        }

        ReadOnlySpan<byte> strings = Sections[(int)table.Link].Data.Span;
        ReadOnlySpan<byte> data = table.Data.Span;
        int size = Is64 ? ElfFormat.SymbolSize : 16;
        int count = data.Length / size;
        var symbols = ImmutableArray.CreateBuilder<ElfSymbol>(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = data[(i * size)..];
            symbols.Add(new ElfSymbol(
                ReadString(strings, BinaryPrimitives.ReadUInt32LittleEndian(entry), $"the name of symbol {i}"),
                (byte)(entry[Is64 ? 4 : 12] & 0xf),
                Half(entry, 14, 6),
                Word(entry, 4, 8),
                Word(entry, 8, 16)));
        }

        return symbols.MoveToImmutable();
    }

    private int SectionHeaderSize => Is64 ? ElfFormat.SectionHeaderSize : 40;

    /// <summary>A field that is as wide as an address, at its place in headers of either class.</summary>
    private ulong Word(ReadOnlySpan<byte> header, int at32, int at64) =>
        Is64 ? BinaryPrimitives.ReadUInt64LittleEndian(header[at64..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[at32..]);

    private ushort Half(ReadOnlySpan<byte> header, int at32, int at64) => BinaryPrimitives.ReadUInt16LittleEndian(header[(Is64 ? at64 : at32)..]);

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
