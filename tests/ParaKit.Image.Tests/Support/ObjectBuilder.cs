using System.Buffers.Binary;
using System.Text;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Tests.Support;

/// <summary>Writes small ELF64 object files: sections, symbols and relocations as a test states them.</summary>
internal sealed class ObjectBuilder
{
    private readonly List<Section> _sections = [];
    private readonly List<Symbol> _symbols = [];

    /// <summary>Adds a section and returns its index in the file.</summary>
    internal int AddSection(string name, byte[] data, ulong flags, uint type = ElfFormat.SectionProgramBits, ulong alignment = 16, ulong? size = null)
    {
        _sections.Add(new Section(name, data, flags, type, alignment, size ?? (ulong)data.Length));
        return _sections.Count;
    }

    internal int AddCode(byte[] data, string name = ".text") => AddSection(name, data, ElfFormat.FlagAllocated | ElfFormat.FlagExecutable);

    internal int AddData(byte[] data, string name = ".data") => AddSection(name, data, ElfFormat.FlagAllocated | ElfFormat.FlagWritable);

    /// <summary>Defines a symbol; section 0 leaves it undefined.</summary>
    internal ObjectBuilder Define(string name, int section, ulong value = 0, ulong size = 0, byte type = ElfFormat.SymbolFunction)
    {
        _symbols.Add(new Symbol(name, (ushort)section, value, size, type));
        return this;
    }

    /// <summary>Adds a relocation against a symbol, which is undefined unless <see cref="Define"/> named it first.</summary>
    internal ObjectBuilder Relocate(int section, ulong offset, uint type, string symbol, long addend = 0)
    {
        int index = _symbols.FindIndex(s => s.Name == symbol);
        if (index < 0)
        {
            Define(symbol, 0, type: ElfFormat.SymbolNoType);
            index = _symbols.Count - 1;
        }

        return RelocateIndex(section, offset, type, index + 1, addend);
    }

    internal ObjectBuilder RelocateIndex(int section, ulong offset, uint type, int symbol, long addend = 0)
    {
        _sections[section - 1].Relocations.Add((offset, type, symbol, addend));
        return this;
    }

    internal byte[] Build()
    {
        List<Section> all = [.. _sections];
        var relocated = _sections.Select((s, i) => (Section: s, Index: i + 1)).Where(s => s.Section.Relocations.Count > 0).ToList();
        int symbolTable = all.Count + relocated.Count + 1;
        all.AddRange(relocated.Select(r => new Section(".rela" + r.Section.Name, RelocationBytes(r.Section), 0, ElfFormat.SectionRelocationsWithAddends, 8, null)
        {
            Link = (uint)symbolTable,
            Info = (uint)r.Index,
        }));
        byte[] symbols = SymbolBytes(out byte[] symbolNames);
        all.Add(new Section(".symtab", symbols, 0, ElfFormat.SectionSymbolTable, 8, null) { Link = (uint)symbolTable + 1 });
        all.Add(new Section(".strtab", symbolNames, 0, ElfFormat.SectionStringTable, 1, null));
        var names = new List<byte> { 0 };
        uint[] nameOffsets = [.. all.Select(s => AddName(names, s.Name)), AddName(names, ".shstrtab")];
        all.Add(new Section(".shstrtab", [.. names], 0, ElfFormat.SectionStringTable, 1, null));
        return Assemble(all, nameOffsets);
    }

    private static byte[] Assemble(List<Section> sections, uint[] names)
    {
        using var file = new MemoryStream();
        file.Write(new byte[ElfFormat.HeaderSize]);
        long[] offsets = new long[sections.Count];
        for (int i = 0; i < sections.Count; i++)
        {
            offsets[i] = file.Length;
            file.Write(sections[i].Data);
        }

        long table = file.Length;
        file.Write(new byte[ElfFormat.SectionHeaderSize]);
        byte[] header = new byte[ElfFormat.SectionHeaderSize];
        for (int i = 0; i < sections.Count; i++)
        {
            sections[i].WriteHeader(header, names[i], (ulong)offsets[i]);
            file.Write(header);
        }

        byte[] result = file.ToArray();
        WriteFileHeader(result, (ulong)table, sections.Count + 1);
        return result;
    }

    private static void WriteFileHeader(Span<byte> file, ulong sectionTable, int sectionCount)
    {
        "\u007fELF"u8.CopyTo(file);
        file[4] = ElfFormat.Class64;
        file[5] = ElfFormat.LittleEndian;
        file[6] = ElfFormat.CurrentVersion;
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], ElfFormat.TypeRelocatable);
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], ElfFormat.MachineX8664);
        BinaryPrimitives.WriteUInt64LittleEndian(file[40..], sectionTable);
        BinaryPrimitives.WriteUInt16LittleEndian(file[58..], ElfFormat.SectionHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[60..], (ushort)sectionCount);
        BinaryPrimitives.WriteUInt16LittleEndian(file[62..], (ushort)(sectionCount - 1));
    }

    private static byte[] RelocationBytes(Section section)
    {
        byte[] table = new byte[section.Relocations.Count * ElfFormat.RelocationSize];
        Span<byte> entry = table;
        foreach ((ulong offset, uint type, int symbol, long addend) in section.Relocations)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry, offset);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], ((ulong)symbol << 32) | type);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], addend);
            entry = entry[ElfFormat.RelocationSize..];
        }

        return table;
    }

    private byte[] SymbolBytes(out byte[] names)
    {
        var text = new List<byte> { 0 };
        byte[] table = new byte[(_symbols.Count + 1) * ElfFormat.SymbolSize];
        for (int i = 0; i < _symbols.Count; i++)
        {
            Span<byte> entry = table.AsSpan((i + 1) * ElfFormat.SymbolSize);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, AddName(text, _symbols[i].Name));
            entry[4] = (byte)(0x10 | _symbols[i].Type);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], _symbols[i].Section);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], _symbols[i].Value);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], _symbols[i].Size);
        }

        names = [.. text];
        return table;
    }

    private static uint AddName(List<byte> names, string name)
    {
        var offset = (uint)names.Count;
        names.AddRange(Encoding.UTF8.GetBytes(name));
        names.Add(0);
        return offset;
    }

    private sealed record Symbol(string Name, ushort Section, ulong Value, ulong Size, byte Type);

    private sealed record Section(string Name, byte[] Data, ulong Flags, uint Type, ulong Alignment, ulong? Size)
    {
        internal uint Link { get; init; }

        internal uint Info { get; init; }

        internal List<(ulong Offset, uint Type, int Symbol, long Addend)> Relocations { get; } = [];

        internal void WriteHeader(Span<byte> header, uint name, ulong offset)
        {
            header.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(header, name);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], Size ?? (ulong)Data.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], Link);
            BinaryPrimitives.WriteUInt32LittleEndian(header[44..], Info);
            BinaryPrimitives.WriteUInt64LittleEndian(header[48..], Alignment);
        }
    }
}
