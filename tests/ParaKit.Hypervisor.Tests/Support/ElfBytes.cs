using System.Buffers.Binary;
using System.Text;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>Writes small ELF64 executables: one segment, Xen notes, a symbol table.</summary>
internal sealed class ElfBytes
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;

    private readonly List<byte> _notes = [];
    private readonly List<(string Name, ulong Address)> _symbols = [];

    public required byte[] Code { get; init; }

    public required ulong VirtualAddress { get; init; }

    public required ulong PhysicalAddress { get; init; }

    public required ulong MemorySize { get; init; }

    public required ulong Entry { get; init; }

    public ElfBytes Note(XenNoteType type, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Note(type, bytes);
    }

    public ElfBytes Note(XenNoteType type, string text) => Note(type, Encoding.ASCII.GetBytes(text + "\0"));

    public ElfBytes Symbol(string name, ulong address)
    {
        _symbols.Add((name, address));
        return this;
    }

    public byte[] ToArray()
    {
        const int ProgramHeaders = 2;
        var codeOffset = HeaderSize + (ProgramHeaders * ProgramHeaderSize);
        var noteOffset = codeOffset + Code.Length;
        var symbols = SymbolTable(out var strings);
        var symbolOffset = noteOffset + _notes.Count;
        var stringOffset = symbolOffset + symbols.Length;
        var sectionOffset = stringOffset + strings.Length;
        var file = new byte[sectionOffset + (4 * SectionHeaderSize)];

        WriteHeader(file, sectionOffset, ProgramHeaders);
        WriteProgramHeader(file.AsSpan(HeaderSize), type: 1, flags: 7, codeOffset, Code.Length, MemorySize);
        WriteProgramHeader(file.AsSpan(HeaderSize + ProgramHeaderSize), type: 4, flags: 4, noteOffset, _notes.Count, (ulong)_notes.Count);
        Code.CopyTo(file, codeOffset);
        _notes.CopyTo(file, noteOffset);
        symbols.CopyTo(file, symbolOffset);
        strings.CopyTo(file, stringOffset);
        var section = file.AsSpan(sectionOffset);
        WriteSection(section[SectionHeaderSize..], 1, type: 2, symbolOffset, symbols.Length, link: 2, entry: SymbolSize);
        WriteSection(section[(2 * SectionHeaderSize)..], 9, type: 3, stringOffset, strings.Length, link: 0, entry: 0);
        WriteSection(section[(3 * SectionHeaderSize)..], 17, type: 1, codeOffset, Code.Length, link: 0, entry: 0);
        return file;
    }

    private ElfBytes Note(XenNoteType type, byte[] description)
    {
        AddWord(4);
        AddWord((uint)description.Length);
        AddWord((uint)type);
        _notes.AddRange("Xen\0"u8);
        _notes.AddRange(description);
        while (_notes.Count % 4 != 0)
        {
            _notes.Add(0);
        }

        return this;
    }

    private void AddWord(uint value) => _notes.AddRange(BitConverter.GetBytes(value));

    private byte[] SymbolTable(out byte[] strings)
    {
        var names = new List<byte>("\0.symtab\0.strtab\0.text\0"u8.ToArray());
        var table = new byte[(_symbols.Count + 1) * SymbolSize];
        for (var i = 0; i < _symbols.Count; i++)
        {
            var entry = table.AsSpan((i + 1) * SymbolSize);
            BinaryPrimitives.WriteInt32LittleEndian(entry, names.Count);
            entry[4] = 0x12;
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], 3);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], _symbols[i].Address);
            names.AddRange(Encoding.ASCII.GetBytes(_symbols[i].Name + "\0"));
        }

        strings = [.. names];
        return table;
    }

    private void WriteHeader(Span<byte> file, int sectionOffset, int programHeaders)
    {
        "\u007fELF"u8.CopyTo(file);
        file[4] = 2;
        file[5] = 1;
        file[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(file[16..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(file[18..], 62);
        BinaryPrimitives.WriteUInt32LittleEndian(file[20..], 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file[24..], Entry);
        BinaryPrimitives.WriteUInt64LittleEndian(file[32..], HeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(file[40..], (ulong)sectionOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(file[52..], HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[54..], ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[56..], (ushort)programHeaders);
        BinaryPrimitives.WriteUInt16LittleEndian(file[58..], SectionHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(file[60..], 4);
        BinaryPrimitives.WriteUInt16LittleEndian(file[62..], 2);
    }

    private void WriteProgramHeader(Span<byte> header, uint type, uint flags, int offset, int fileSize, ulong memorySize)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, type);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], flags);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], (ulong)offset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], VirtualAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], PhysicalAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], (ulong)fileSize);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], memorySize);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], 16);
    }

    private void WriteSection(Span<byte> section, int name, uint type, int offset, int size, uint link, ulong entry)
    {
        BinaryPrimitives.WriteInt32LittleEndian(section, name);
        BinaryPrimitives.WriteUInt32LittleEndian(section[4..], type);
        BinaryPrimitives.WriteUInt64LittleEndian(section[8..], type == 1 ? 6UL : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(section[16..], type == 1 ? VirtualAddress : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(section[24..], (ulong)offset);
        BinaryPrimitives.WriteUInt64LittleEndian(section[32..], (ulong)size);
        BinaryPrimitives.WriteUInt32LittleEndian(section[40..], link);
        BinaryPrimitives.WriteUInt64LittleEndian(section[56..], entry);
    }
}
