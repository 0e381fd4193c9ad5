using System.Buffers.Binary;
using System.Text;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>Writes the placed image as an ELF executable: headers, segments, notes, symbols and debug sections.</summary>
internal sealed class ImageWriter
{
    private readonly ImagePlan _plan;
    private readonly ObjectFile _file;
    private readonly MemoryStream _out;
    private readonly List<SectionHeader> _sections = [new SectionHeader("", 0, 0, 0, 0, 0, 0, 0, 0, 0)];
    private readonly List<ProgramHeader> _segments = [];
    private ulong _sectionTable;

    private ImageWriter(ImagePlan plan, ObjectFile file, MemoryStream output)
    {
        _out = output;
        _plan = plan;
        _file = file;
    }

    internal static byte[] Write(ImagePlan plan, ObjectFile file, LinkOptions options, IEnumerable<PatchSite> patches)
    {
        using var output = new MemoryStream();
        var writer = new ImageWriter(plan, file, output);
        writer._out.Write(new byte[KernelLayout.PageSize]); // headers, filled in last
        writer.WriteGroups();
        writer.WriteNotes();
        writer.WriteDebugSections();
        writer.WriteSymbols();
        writer.Append(RewriteSection.Name, ElfFormat.SectionProgramBits, RewriteSection.Write(options.RewrittenCallSites), 1, 0, 0, 0);
        byte[] sites = SiteSection.Write(patches.Select(p => new MachineSite(p.Address, p.Operation)));
        writer.Append(SiteSection.Name, ElfFormat.SectionProgramBits, sites, 1, 0, 0, 0);
        writer.WriteSectionHeaders();
        byte[] image = writer._out.ToArray();
        writer.WriteHeaders(image);
        return image;
    }

    private void WriteGroups()
    {
        foreach (ChunkGroup group in _plan.Groups.Where(g => g.Size > 0))
        {
            ulong offset = AlignOutput(KernelLayout.PageSize);
            ulong flags = ElfFormat.FlagAllocated
                | (group.Writable ? ElfFormat.FlagWritable : 0)
                | (group.Executable ? ElfFormat.FlagExecutable : 0);
            uint type = group.HasBits ? ElfFormat.SectionProgramBits : ElfFormat.SectionNoBits;
            _sections.Add(new SectionHeader(group.Name, type, flags, group.Start, offset, group.Size, 0, 0, KernelLayout.PageSize, 0));
            uint protection = ElfFormat.SegmentReadable
                | (group.Writable ? ElfFormat.SegmentWritable : 0)
                | (group.Executable ? ElfFormat.SegmentExecutable : 0);
            _segments.Add(new ProgramHeader(
                ElfFormat.SegmentLoad, protection, offset, group.Start, group.HasBits ? group.Size : 0, group.Size, KernelLayout.PageSize));
            if (group.HasBits)
            {
                _out.Write(group.Render());
            }
        }
    }

    private void WriteNotes()
    {
        SectionHeader home = _sections.First(s => _plan.Notes.Address >= s.Address && _plan.Notes.Address < s.Address + s.Size && s.Address != 0);
        ulong offset = home.Offset + _plan.Notes.Address - home.Address;
        _segments.Add(new ProgramHeader(
            ElfFormat.SegmentNote, ElfFormat.SegmentReadable, offset, _plan.Notes.Address, _plan.Notes.Size, _plan.Notes.Size, 4));
        _sections.Add(new SectionHeader(
            NoteWriter.Section, ElfFormat.SectionNote, ElfFormat.FlagAllocated, _plan.Notes.Address, offset, _plan.Notes.Size, 0, 0, 4, 0));
    }

    private void WriteDebugSections()
    {
        foreach (InputSection section in _file.Sections.Where(s => s.IsDebug && s.Size > 0))
        {
            Append(section.Name, ElfFormat.SectionProgramBits, section.Data, 1, 0, 0, 0);
        }
    }

    private void WriteSymbols()
    {
        var names = new StringTable();
        using var table = new MemoryStream();
        table.Write(new byte[ElfFormat.SymbolSize]);
        Span<byte> entry = stackalloc byte[ElfFormat.SymbolSize];
        foreach ((string name, byte type, ulong address, ulong size) in AllSymbols())
        {
            entry.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(entry, names.Add(name));
            entry[4] = (byte)(0x10 | type); // global
            BinaryPrimitives.WriteUInt16LittleEndian(entry[6..], SectionOf(address));
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], address);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], size);
            table.Write(entry);
        }

        Append(".strtab", ElfFormat.SectionStringTable, names.ToArray(), 1, 0, 0, 0);
        Append(".symtab", ElfFormat.SectionSymbolTable, table.ToArray(), 8, (uint)_sections.Count - 1, 1, ElfFormat.SymbolSize);
    }

    private IEnumerable<(string Name, byte Type, ulong Address, ulong Size)> AllSymbols()
    {
        IEnumerable<(string, byte, ulong, ulong)> fromFile = _file.Symbols
            .Where(s => s.IsDefined && s.Name.Length > 0 && s.Type != ElfFormat.SymbolSection && _file.Sections[s.SectionIndex].IsAllocated)
            .Select(s => (s.Name, s.Type is ElfFormat.SymbolFunction ? s.Type : ElfFormat.SymbolObject, _file.AddressOf(s), s.Size));
        IEnumerable<(string, byte, ulong, ulong)> added = _plan.Symbols.Added
            .Select(n => (n, ElfFormat.SymbolFunction, _plan.Symbols.AddressOf(n), 0UL));
        IEnumerable<(string, byte, ulong, ulong)> user = _plan.UserProgram?.Symbols
            .Select(s => (s.Name, ElfFormat.SymbolFunction, s.Address, s.Size)) ?? [];
        return fromFile.Concat(added).Concat(user).OrderBy(s => s.Item3).ThenBy(s => s.Item1, StringComparer.Ordinal);
    }

    // Addresses outside every section, such as the end of the image, are absolute.
    private ushort SectionOf(ulong address)
    {
        int index = _sections.FindIndex(s => s.Address != 0 && address >= s.Address && address < s.Address + s.Size);
        return index > 0 ? (ushort)index : ElfFormat.AbsoluteSection;
    }

    private void Append(string name, uint type, byte[] data, ulong alignment, uint link, uint info, ulong entrySize)
    {
        ulong offset = AlignOutput(Math.Max(alignment, 8));
        _out.Write(data);
        _sections.Add(new SectionHeader(name, type, 0, 0, offset, (ulong)data.Length, link, info, alignment, entrySize));
    }

    private void WriteSectionHeaders()
    {
        var names = new StringTable();
        uint own = names.Add(".shstrtab");
        uint[] offsets = [.. _sections.Select(s => names.Add(s.Name)), own];
        Append(".shstrtab", ElfFormat.SectionStringTable, names.ToArray(), 1, 0, 0, 0);
        _sectionTable = AlignOutput(8);
        for (int i = 0; i < _sections.Count; i++)
        {
            byte[] header = new byte[ElfFormat.SectionHeaderSize];
            _sections[i].Write(header, offsets[i]);
            _out.Write(header);
        }
    }

    private void WriteHeaders(Span<byte> image)
    {
        "\u007fELF"u8.CopyTo(image);
        image[4] = ElfFormat.Class64;
        image[5] = ElfFormat.LittleEndian;
        image[6] = ElfFormat.CurrentVersion;
        BinaryPrimitives.WriteUInt16LittleEndian(image[16..], ElfFormat.TypeExecutable);
        BinaryPrimitives.WriteUInt16LittleEndian(image[18..], ElfFormat.MachineX8664);
        BinaryPrimitives.WriteUInt32LittleEndian(image[20..], ElfFormat.CurrentVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(image[24..], _plan.EntryAddress);
        BinaryPrimitives.WriteUInt64LittleEndian(image[32..], ElfFormat.HeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(image[40..], _sectionTable);
        BinaryPrimitives.WriteUInt16LittleEndian(image[52..], ElfFormat.HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(image[54..], ElfFormat.ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(image[56..], (ushort)_segments.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(image[58..], ElfFormat.SectionHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(image[60..], (ushort)_sections.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(image[62..], (ushort)(_sections.Count - 1));
        for (int i = 0; i < _segments.Count; i++)
        {
            _segments[i].Write(image[(ElfFormat.HeaderSize + (i * ElfFormat.ProgramHeaderSize))..]);
        }
    }

    private ulong AlignOutput(ulong alignment)
    {
        while ((ulong)_out.Length % alignment != 0)
        {
            _out.WriteByte(0);
        }

        return (ulong)_out.Length;
    }

    private sealed record SectionHeader(
        string Name, uint Type, ulong Flags, ulong Address, ulong Offset, ulong Size, uint Link, uint Info, ulong Alignment, ulong EntrySize)
    {
        internal void Write(Span<byte> header, uint name)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header, Type == 0 ? 0 : name);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Type);
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(header[16..], Address);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], Size);
            BinaryPrimitives.WriteUInt32LittleEndian(header[40..], Link);
            BinaryPrimitives.WriteUInt32LittleEndian(header[44..], Info);
            BinaryPrimitives.WriteUInt64LittleEndian(header[48..], Alignment);
            BinaryPrimitives.WriteUInt64LittleEndian(header[56..], EntrySize);
        }
    }

    private sealed record ProgramHeader(uint Type, uint Flags, ulong Offset, ulong Address, ulong FileSize, ulong MemorySize, ulong Alignment)
    {
        internal void Write(Span<byte> header)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header, Type);
            BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Flags);
            BinaryPrimitives.WriteUInt64LittleEndian(header[8..], Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(header[16..], Address);
            BinaryPrimitives.WriteUInt64LittleEndian(header[24..], KernelLayout.ToPhysical(Address));
            BinaryPrimitives.WriteUInt64LittleEndian(header[32..], FileSize);
            BinaryPrimitives.WriteUInt64LittleEndian(header[40..], MemorySize);
            BinaryPrimitives.WriteUInt64LittleEndian(header[48..], Alignment);
        }
    }

    private sealed class StringTable
    {
        private readonly List<byte> _text = [0];

        internal uint Add(string text)
        {
            if (text.Length == 0)
            {
                return 0;
            }

            var offset = (uint)_text.Count;
            _text.AddRange(Encoding.UTF8.GetBytes(text));
            _text.Add(0);
            return offset;
        }

        internal byte[] ToArray() => [.. _text];
    }
}
