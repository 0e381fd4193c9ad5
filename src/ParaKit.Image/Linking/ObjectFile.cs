using System.Buffers.Binary;
using System.Collections.Immutable;
using ParaKit.Image.Dwarf;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>A relocatable file as the NativeAOT compiler writes it.</summary>
internal sealed class ObjectFile
{
    private ObjectFile(ImmutableArray<InputSection> sections, ImmutableArray<ElfSymbol> symbols)
    {
        Sections = sections;
        Symbols = symbols;
    }

    internal ImmutableArray<InputSection> Sections { get; }

    internal ImmutableArray<ElfSymbol> Symbols { get; }

    internal static ObjectFile Parse(ReadOnlyMemory<byte> file, string name)
    {
        ElfFile elf = ElfFile.Parse(file, name);
        if (elf.Type != ElfFormat.TypeRelocatable)
        {
            throw new ImageFormatException($"'{name}' is not a relocatable object file.");
        }

        ObjectFileChecks.Check(elf, file.Length, name);
        ImmutableArray<InputSection> sections = [.. elf.Sections.Select((s, i) => new InputSection(s, i))];
        foreach (ElfSection table in elf.Sections.Where(s => s.Type == ElfFormat.SectionRelocationsWithAddends))
        {
            if (table.Info >= (uint)sections.Length)
            {
                throw new ImageFormatException($"'{name}': {table.Name} applies to section {table.Info} of {sections.Length}.");
            }

            ReadRelocations(table.Data.Span, sections[(int)table.Info], elf.Symbols, name);
        }

        return new ObjectFile(sections, elf.Symbols);
    }

    /// <summary>Address of a symbol that this file defines.</summary>
    internal ulong AddressOf(ElfSymbol symbol) => Sections[symbol.SectionIndex].Address + symbol.Value;

    /// <summary>The function that covers <paramref name="offset"/> of <paramref name="section"/>, or the section's name.</summary>
    internal string FunctionAt(InputSection section, ulong offset) =>
        Symbols.FirstOrDefault(s => s.SectionIndex == section.Index && s.Type == ElfFormat.SymbolFunction
            && offset >= s.Value && offset < s.Value + s.Size)?.Name ?? section.Name;

    /// <summary>Source lines, valid after the debug sections are relocated.</summary>
    internal LineTable ReadLines() => LineTable.Read(Sections.FirstOrDefault(s => s.Name == ".debug_line")?.Data ?? default(ReadOnlyMemory<byte>));

    private static void ReadRelocations(ReadOnlySpan<byte> table, InputSection target, ImmutableArray<ElfSymbol> symbols, string name)
    {
        for (; table.Length >= ElfFormat.RelocationSize; table = table[ElfFormat.RelocationSize..])
        {
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(table);
            ulong info = BinaryPrimitives.ReadUInt64LittleEndian(table[8..]);
            uint type = (uint)info;
            ulong width = type is ElfFormat.RelocationAbsolute64 ? 8UL : 4UL;
            ulong available = (ulong)target.Data.Length;
            if (offset > available || width > available - offset)
            {
                throw new ImageFormatException($"'{name}': a relocation of {target.Name} at 0x{offset:x} is out of range.");
            }

            if (info >> 32 >= (ulong)symbols.Length || symbols[(int)(info >> 32)] is { IsDefined: false, Name: "" })
            {
                throw new ImageFormatException($"'{name}': a relocation of {target.Name} at 0x{offset:x} refers to symbol {info >> 32}, which is none.");
            }

            target.Relocations.Add(new Relocation(offset, type, (int)(info >> 32), BinaryPrimitives.ReadInt64LittleEndian(table[16..])));
        }
    }
}
