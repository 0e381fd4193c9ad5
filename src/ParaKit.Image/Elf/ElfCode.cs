using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ParaKit.Image.Dwarf;

namespace ParaKit.Image.Elf;

/// <summary>The code of an ELF file: placed if it is relocatable, by sections where it has them, by segments otherwise.</summary>
internal sealed class ElfCode
{
    private readonly ElfFile _elf;
    private readonly ElfPlacement _placement;
    private readonly ElfSymbol[] _symbols;
    private readonly List<CodeSection> _sections = [];
    private readonly HashSet<ulong> _starts = [];

    private ElfCode(ElfFile elf)
    {
        _elf = elf;
        _placement = new ElfPlacement(elf);
        IEnumerable<ElfSymbol> dynamic = elf.Sections.Where(s => s.Type == ElfFormat.SectionDynamicSymbols).SelectMany(s => elf.ReadSymbols(s));
        _symbols = [.. elf.Symbols.Concat(dynamic).Select(_placement.Place), .. LinuxTables.ExportedSymbols(elf)];
    }

    private int Bits => _elf.Machine == ElfFormat.Machine386 ? 32 : 64;

    /// <summary>Reads the code.</summary>
    /// <param name="elf">The file.</param>
    /// <param name="name">Its name for messages.</param>
    /// <param name="container">What it was found in, in words that precede its own.</param>
    /// <param name="pointers">Addresses that something else points to.</param>
    /// <exception cref="ImageFormatException">It has no code.</exception>
    internal static CodeImage Read(ElfFile elf, string name, string container, IEnumerable<ulong> pointers)
    {
        var code = new ElfCode(elf);
        code.AddSections();
        code.AddUncoveredSegments();
        code.Split32();
        code.AddStarts(pointers);
        CodeSection[] sections = [.. code._sections.Where(s => !s.Data.IsEmpty).OrderBy(s => s.Address).ThenBy(s => !s.IsCode)];
        ImmutableArray<CodeSection> separate = [.. WithoutOverlap(sections)];
        if (!separate.Any(s => s.IsCode))
        {
            throw new ImageFormatException($"'{name}' is an ELF file without code.");
        }

        string kind = elf.Type switch
        {
            ElfFormat.TypeRelocatable => "relocatable",
            ElfFormat.TypeExecutable => "executable",
            ElfFormat.TypeShared => "shared object",
            _ => $"file of type {elf.Type}",
        };
        return new CodeImage(name, $"{container}ELF{(elf.Is64 ? 64 : 32)} {kind}", code._symbols, code._placement.ReadLines)
        {
            Sections = separate,
            Starts = [.. code._starts.Where(a => separate.Any(s => s.IsCode && s.Contains(a))).Order()],
        };
    }

    private void AddSections()
    {
        foreach (ElfSection section in _elf.Sections.Where(s => s.IsAllocated && s.HasBits))
        {
            ulong address = _placement.AddressOf(section);
            // Not the zero-based copies of per-processor data, which overlap everything.
            if (section.IsExecutable || address != 0 || _elf.Type == ElfFormat.TypeRelocatable)
            {
                _sections.Add(new CodeSection(section.Name, address, section.Offset, _placement.DataOf(section), Bits, section.IsExecutable));
            }
        }
    }

    /// <summary>Code that no section header tells of: of stripped files, or added by tools.</summary>
    private void AddUncoveredSegments()
    {
        for (int i = 0; i < _elf.Segments.Length; i++)
        {
            ElfSegment segment = _elf.Segments[i];
            if (segment.Type != ElfFormat.SegmentLoad)
            {
                continue;
            }

            ulong start = segment.VirtualAddress;
            ulong end = start + (ulong)segment.Data.Length;
            foreach (CodeSection section in _sections.Where(s => s.Address < end && s.Address + (ulong)s.Data.Length > start).OrderBy(s => s.Address).ToArray())
            {
                AddPiece(segment, i, start, section.Address);
                start = Math.Max(start, section.Address + (ulong)section.Data.Length);
            }

            AddPiece(segment, i, start, end);
        }
    }

    private void AddPiece(ElfSegment segment, int index, ulong start, ulong end)
    {
        if (start >= end)
        {
            return;
        }

        ReadOnlyMemory<byte> data = segment.Data[(int)(start - segment.VirtualAddress)..(int)(end - segment.VirtualAddress)];
        if (data.Span.IndexOfAnyExcept<byte>(0, 0x90, 0xcc) >= 0)
        {
            bool isCode = (segment.Flags & ElfFormat.SegmentExecutable) != 0;
            _sections.Add(new CodeSection($"segment {index}", start, segment.Offset + (start - segment.VirtualAddress), data, Bits, isCode));
        }
    }

    /// <summary>The function at the PVH entry is 32-bit code, which runs before there is a kernel to speak of; without symbols its end is not known.</summary>
    private void Split32()
    {
        foreach (ElfNote note in Bits == 64 ? NoteReader.TryRead(_elf.Segments) : [])
        {
            if (note.Owner != XenNotes.Owner || note.Type != (uint)XenNoteType.Phys32Entry || note.Description.Length < sizeof(uint))
            {
                continue;
            }

            ulong physical = note.Description.Length >= sizeof(ulong) ? MemoryMarshal.Read<ulong>(note.Description.Span) : MemoryMarshal.Read<uint>(note.Description.Span);
            ulong start = Linear(physical);
            ulong end = _symbols.Where(s => s.Value > start && s.Type != ElfFormat.SymbolSection).Select(s => s.Value).DefaultIfEmpty().Min();
            int index = _sections.FindIndex(s => s.IsCode && s.Contains(start));
            if (index >= 0 && end > start)
            {
                Split(index, start, Math.Min(end, _sections[index].Address + (ulong)_sections[index].Data.Length));
            }
        }
    }

    private void Split(int index, ulong start, ulong end)
    {
        CodeSection whole = _sections[index];
        _sections.RemoveAt(index);
        _starts.Add(start);
        foreach ((ulong from, ulong to, int bits) in new[] { (whole.Address, start, whole.Bits), (start, end, 32), (end, whole.Address + (ulong)whole.Data.Length, whole.Bits) })
        {
            int offset = (int)(from - whole.Address);
            _sections.Add(whole with { Address = from, Offset = whole.Offset + (ulong)offset, Data = whole.Data[offset..(int)(to - whole.Address)], Bits = bits });
        }
    }

    private void AddStarts(IEnumerable<ulong> pointers)
    {
        if (_elf.Type != ElfFormat.TypeRelocatable)
        {
            _starts.Add(Linear(_elf.Entry));
        }

        // Assembly code has symbols without a type; those of size 0 in data are labels, which code sections leave out.
        _starts.UnionWith(_symbols.Where(s => (s.IsDefined || s.Size > 0)
            && s.Type is ElfFormat.SymbolFunction or ElfFormat.SymbolIndirectFunction or ElfFormat.SymbolNoType).Select(s => s.Value));
        _starts.UnionWith(_placement.Pointers);
        _starts.UnionWith(pointers);
        foreach (ElfSection section in _elf.Sections.Where(s => s.IsAllocated && s.HasBits))
        {
            ulong address = _placement.AddressOf(section);
            switch (section.Name)
            {
                case ".eh_frame":
                    _starts.UnionWith(EhFrame.FunctionStarts(_placement.DataOf(section), address, _elf.Is64));
                    break;
                case ".orc_unwind_ip":
                    _starts.UnionWith(LinuxTables.UnwoundAddresses(section, _elf.FindSection(".orc_unwind")));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The entry point as a linear address; kernels may name the physical one.</summary>
    private ulong Linear(ulong address)
    {
        foreach (ElfSegment segment in _elf.Segments.Where(s => s.Type == ElfFormat.SegmentLoad))
        {
            if (address - segment.VirtualAddress < segment.MemorySize)
            {
                return address;
            }
        }

        foreach (ElfSegment segment in _elf.Segments.Where(s => s.Type == ElfFormat.SegmentLoad))
        {
            if (address - segment.PhysicalAddress < segment.MemorySize)
            {
                return segment.VirtualAddress + (address - segment.PhysicalAddress);
            }
        }

        return address;
    }

    /// <summary>Of sections that a hostile file lays over each other, code and the first win.</summary>
    private static IEnumerable<CodeSection> WithoutOverlap(CodeSection[] sections)
    {
        ulong end = 0;
        foreach (CodeSection section in sections)
        {
            ulong last = section.Address + (ulong)section.Data.Length - 1;
            if (last < section.Address || (end != 0 && last < end))
            {
                continue;
            }

            int hidden = end > section.Address ? (int)(end - section.Address) : 0;
            yield return hidden == 0 ? section : section with { Address = end, Offset = section.Offset + (ulong)hidden, Data = section.Data[hidden..] };
            end = last + 1;
            if (end == 0)
            {
                yield break;
            }
        }
    }
}
