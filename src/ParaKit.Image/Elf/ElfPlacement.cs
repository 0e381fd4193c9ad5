using System.Buffers.Binary;
using ParaKit.Image.Dwarf;

namespace ParaKit.Image.Elf;

/// <summary>
/// Addresses of a file's sections and their bytes after relocation. Relocatable files are laid out one section after the other from 0, so
/// that branches between sections and source lines can be followed; other files stay as they are.
/// </summary>
internal sealed class ElfPlacement
{
    private const ulong LargestAlignment = 4096;

    private readonly ElfFile _elf;
    private readonly Dictionary<ElfSection, ulong> _addresses = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ElfSection, byte[]> _relocated = new(ReferenceEqualityComparer.Instance);

    internal ElfPlacement(ElfFile elf)
    {
        _elf = elf;
        if (IsRelocatable)
        {
            Place();
        }

        foreach (ElfSection table in elf.Sections.Where(s => s.Type is ElfFormat.SectionRelocations or ElfFormat.SectionRelocationsWithAddends))
        {
            Relocate(table);
        }
    }

    /// <summary>What relocations with an absolute value point to.</summary>
    internal HashSet<ulong> Pointers { get; } = [];

    private bool IsRelocatable => _elf.Type == ElfFormat.TypeRelocatable;

    internal ulong AddressOf(ElfSection section) => IsRelocatable ? _addresses.GetValueOrDefault(section) : section.Address;

    internal ReadOnlyMemory<byte> DataOf(ElfSection section) => _relocated.TryGetValue(section, out byte[]? data) ? data : section.Data;

    internal ElfSymbol Place(ElfSymbol symbol) =>
        IsRelocatable && symbol.IsDefined && symbol.SectionIndex < _elf.Sections.Length
            ? symbol with { Value = symbol.Value + AddressOf(_elf.Sections[symbol.SectionIndex]) }
            : symbol;

    internal LineTable ReadLines() => _elf.FindSection(".debug_line") is { } section ? LineTable.Read(DataOf(section)) : LineTable.Read(default(ReadOnlyMemory<byte>));

    private void Place()
    {
        ulong next = 0;
        foreach (ElfSection section in _elf.Sections.Where(s => s.IsAllocated && s.HasBits))
        {
            ulong alignment = Math.Clamp(section.Alignment, 1, LargestAlignment);
            next = (next + alignment - 1) / alignment * alignment;
            _addresses[section] = next;
            next += (ulong)section.Data.Length;
        }
    }

    private void Relocate(ElfSection table)
    {
        if (IsRelocatable && (table.Info >= (uint)_elf.Sections.Length || _elf.Sections[(int)table.Info] is { HasBits: false } or { Data.IsEmpty: true }))
        {
            return;
        }

        ElfSection? target = IsRelocatable ? _elf.Sections[(int)table.Info] : null;
        bool hasAddends = table.Type == ElfFormat.SectionRelocationsWithAddends;
        int size = (_elf.Is64 ? 8 : 4) * (hasAddends ? 3 : 2);
        ReadOnlySpan<byte> data = table.Data.Span;
        for (; data.Length >= size; data = data[size..])
        {
            Entry entry = _elf.Is64
                ? new Entry(
                    BinaryPrimitives.ReadUInt64LittleEndian(data),
                    (uint)BinaryPrimitives.ReadUInt64LittleEndian(data[8..]),
                    (uint)(BinaryPrimitives.ReadUInt64LittleEndian(data[8..]) >> 32),
                    hasAddends ? BinaryPrimitives.ReadInt64LittleEndian(data[16..]) : null)
                : new Entry(
                    BinaryPrimitives.ReadUInt32LittleEndian(data),
                    data[4],
                    BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) >> 8,
                    hasAddends ? BinaryPrimitives.ReadInt32LittleEndian(data[8..]) : null);
            if (target is null)
            {
                NotePointer(entry);
            }
            else
            {
                Apply(target, entry);
            }
        }
    }

    /// <summary>Relocations that a loader applies: those with a base and an addend are pointers.</summary>
    private void NotePointer(Entry entry)
    {
        if (entry.Type == ElfFormat.RelocationRelative)
        {
            ulong? inPlace = _elf.Sections.FirstOrDefault(s => s.IsAllocated && s.HasBits && entry.Offset - s.Address < s.Size) is { } section
                ? ReadPointer(section.Data.Span, entry.Offset - section.Address)
                : null;
            Pointers.Add(entry.Addend is { } addend ? (ulong)addend : inPlace ?? 0);
        }
    }

    private void Apply(ElfSection target, Entry entry)
    {
        if (entry.Symbol >= (uint)_elf.Symbols.Length || _elf.Symbols[(int)entry.Symbol] is not { IsDefined: true } symbol || symbol.SectionIndex >= _elf.Sections.Length)
        {
            return; // imported: what lies there is not in this file
        }

        if (!_relocated.TryGetValue(target, out byte[]? data))
        {
            _relocated[target] = data = target.Data.ToArray();
        }

        int width = _elf.Machine == ElfFormat.MachineX8664 && entry.Type == ElfFormat.RelocationAbsolute64 ? 8 : 4;
        if (entry.Offset > (ulong)data.Length || (ulong)data.Length - entry.Offset < (ulong)width)
        {
            return;
        }

        Span<byte> field = data.AsSpan((int)entry.Offset, width);
        long addend = entry.Addend ?? BinaryPrimitives.ReadInt32LittleEndian(field);
        ulong value = Place(symbol).Value + (ulong)addend;
        switch (entry.Type)
        {
            case ElfFormat.RelocationAbsolute64 when width == 8:
                BinaryPrimitives.WriteUInt64LittleEndian(field, value);
                NotePointer(target, value);
                break;
            case ElfFormat.RelocationRelative32 or ElfFormat.RelocationCall32:
                BinaryPrimitives.WriteUInt32LittleEndian(field, (uint)(value - AddressOf(target) - entry.Offset));
                break;
            case ElfFormat.RelocationAbsolute64 or ElfFormat.RelocationAbsolute32 or ElfFormat.RelocationAbsolute32Signed:
                BinaryPrimitives.WriteUInt32LittleEndian(field, (uint)value);
                NotePointer(target, value);
                break;
            default:
                break;
        }
    }

    // Debug information points to every line.
    private void NotePointer(ElfSection target, ulong value)
    {
        if (target.IsAllocated)
        {
            Pointers.Add(value);
        }
    }

    private ulong? ReadPointer(ReadOnlySpan<byte> data, ulong offset) => (_elf.Is64, offset + 8 <= (ulong)data.Length, offset + 4 <= (ulong)data.Length) switch
    {
        (true, true, _) => BinaryPrimitives.ReadUInt64LittleEndian(data[(int)offset..]),
        (false, _, true) => BinaryPrimitives.ReadUInt32LittleEndian(data[(int)offset..]),
        _ => null,
    };

    private readonly record struct Entry(ulong Offset, uint Type, uint Symbol, long? Addend);
}
