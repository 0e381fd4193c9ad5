using System.Collections.Immutable;
using System.Security.Cryptography;
using ParaKit.Image.Dwarf;
using ParaKit.Image.Elf;

namespace ParaKit.Image;

/// <summary>A bootable kernel image: segments, notes, symbols and source lines of an ELF64 executable.</summary>
public sealed class KernelImage
{
    private readonly SymbolTable _symbols;
    private readonly Lazy<LineTable> _lines;
    private readonly Lazy<CodeImage> _code;

    private KernelImage(string name, string sha256, ElfFile elf)
    {
        Name = name;
        Sha256 = sha256;
        Entry = elf.Entry;
        Segments = [.. elf.Segments.Where(s => s.Type == ElfFormat.SegmentLoad).Select(ToImageSegment)];
        Notes = NoteReader.Read(elf.Segments);
        RewrittenCallSites = RewriteSection.Read((elf.FindSection(RewriteSection.Name)?.Data ?? default).Span);
        MachineSites = SiteSection.Read((elf.FindSection(SiteSection.Name)?.Data ?? default).Span);
        _symbols = new SymbolTable(elf.Symbols);
        _lines = new Lazy<LineTable>(() => LineTable.Read(elf));
        _code = new Lazy<CodeImage>(() => ElfCode.Read(elf, name, "", []));
    }

    /// <summary>Name for messages, usually the file's name.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Address of the first instruction (ELF e_entry).</summary>
    public ulong Entry { get; }

    /// <summary>The loadable segments in file order.</summary>
    public ImmutableArray<ImageSegment> Segments { get; }

    /// <summary>All notes of the PT_NOTE segments.</summary>
    public ImmutableArray<ElfNote> Notes { get; }

    /// <summary>What the build rewrote, one entry per operation; empty for images that ParaKit did not build.</summary>
    public ImmutableArray<RewriteSite> RewrittenCallSites { get; }

    /// <summary>Where the linker placed machine operations; empty for images that ParaKit did not build.</summary>
    public ImmutableArray<MachineSite> MachineSites { get; }

    /// <summary>The image as a reader of machine code sees it.</summary>
    public CodeImage Code => _code.Value;

    /// <summary>All symbols that stand for something in the image, by address.</summary>
    public IEnumerable<ImageSymbol> Symbols => _symbols.All;

    /// <summary>Addresses by source line, in address order.</summary>
    internal IEnumerable<LineRange> LineRanges => _lines.Value.Ranges;

    /// <summary>Reads an image.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ImageFormatException">The file is no x86-64 ELF executable, or is damaged.</exception>
    public static KernelImage Load(ReadOnlySpan<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ElfFile elf = ElfFile.Parse(file.ToArray(), name);
        if (elf.Type != ElfFormat.TypeExecutable || !elf.Segments.Any(s => s.Type == ElfFormat.SegmentLoad))
        {
            throw new ImageFormatException($"'{name}' is an ELF file but not an executable with loadable segments.");
        }

        return new KernelImage(name, Convert.ToHexStringLower(SHA256.HashData(file)), elf);
    }

    /// <summary>Finds the symbol that covers <paramref name="address"/>.</summary>
    public bool TryFindSymbol(ulong address, out SymbolHit hit) => _symbols.TryFind(address, out hit);

    /// <summary>Finds the address of the symbol called <paramref name="name"/>.</summary>
    public bool TryGetAddress(string name, out ulong address) => _symbols.TryGetAddress(name, out address);

    /// <summary>Finds the source line of the instruction at <paramref name="address"/>.</summary>
    public bool TryFindLine(ulong address, out SourceLine line) => Code.TryFindLine(address, out line);

    /// <summary>"Symbol+0x12 (Kernel.cs:34)" with whatever is known; the bare address otherwise.</summary>
    public string Describe(ulong address)
    {
        string symbol = TryFindSymbol(address, out SymbolHit hit) ? hit.ToString() : $"0x{address:x16}";
        return TryFindLine(address, out SourceLine line) ? $"{symbol} ({Path.GetFileName(line.File)}:{line.Line})" : symbol;
    }

    private static ImageSegment ToImageSegment(ElfSegment segment) => new(
        segment.VirtualAddress,
        segment.PhysicalAddress,
        segment.MemorySize,
        segment.Data,
        (segment.Flags & ElfFormat.SegmentWritable) != 0,
        (segment.Flags & ElfFormat.SegmentExecutable) != 0);
}
