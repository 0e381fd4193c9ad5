using System.Collections.Immutable;
using System.Security.Cryptography;
using ParaKit.Image.Boot;
using ParaKit.Image.Dwarf;
using ParaKit.Image.Elf;

namespace ParaKit.Image;

/// <summary>
/// What a reader of machine code needs of a file, whatever its format: the bytes at their addresses, where code is known to start, names and
/// source lines.
/// </summary>
public sealed class CodeImage
{
    private readonly SymbolTable _symbols;
    private readonly Lazy<LineTable> _lines;

    internal CodeImage(string name, string format, IReadOnlyCollection<ElfSymbol> symbols, Func<LineTable> lines)
    {
        Name = name;
        Format = format;
        _symbols = new SymbolTable(symbols);
        _lines = new Lazy<LineTable>(lines);
    }

    /// <summary>Name for messages, usually the file's name.</summary>
    public string Name { get; }

    /// <summary>What the file is, in words.</summary>
    public string Format { get; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>Code, and the data in which tables of jumps lie, by address; no two overlap.</summary>
    public ImmutableArray<CodeSection> Sections { get; internal init; } = [];

    /// <summary>Addresses at which code starts: entry point, functions, unwind tables, relocated pointers. Sorted, all within code.</summary>
    public ImmutableArray<ulong> Starts { get; internal init; } = [];

    /// <summary>All symbols that stand for something in the image, by address.</summary>
    public IEnumerable<ImageSymbol> Symbols => _symbols.All;

    /// <summary>Whether a file is one that <see cref="Load"/> understands without being told more.</summary>
    public static bool IsSelfDescribing(ReadOnlySpan<byte> file) => file.StartsWith(ElfFormat.Magic) || BzImage.Is(file);

    /// <summary>Reads an ELF file for x86 of any type, or a Linux bzImage.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="ImageFormatException">The file is something else, or is damaged.</exception>
    public static CodeImage Load(ReadOnlyMemory<byte> file, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        if (!BzImage.Is(file.Span))
        {
            return ElfCode.Read(ElfFile.ParseAny(file, name), name, "", []).With(sha256);
        }

        (byte[] kernel, string compression) = BzImage.Unpack(file, name);
        ElfFile elf = ElfFile.ParseAny(kernel, name);
        return ElfCode.Read(elf, name, $"bzImage ({compression}) of ", BootRelocations.PointersTo(elf, kernel)).With(sha256);
    }

    /// <summary>Takes bytes for code, without any header.</summary>
    /// <param name="file">The code.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="bits">16, 32 or 64.</param>
    /// <param name="address">Linear address of the first byte, which is also where execution starts.</param>
    /// <exception cref="ImageFormatException">There are no bytes, or they do not fit behind the address.</exception>
    public static CodeImage Flat(ReadOnlyMemory<byte> file, string name, int bits, ulong address)
    {
        ulong last = bits == 64 ? ulong.MaxValue : uint.MaxValue;
        if (file.IsEmpty || address > last || (ulong)file.Length - 1 > last - address)
        {
            throw new ImageFormatException($"'{name}' has {file.Length} bytes, which are no {bits}-bit code at 0x{address:x}.");
        }

        return new CodeImage(name, $"flat {bits}-bit code", [], () => LineTable.Read(default(ReadOnlyMemory<byte>)))
        {
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Span)),
            Sections = [new CodeSection("flat", address, 0, file, bits, IsCode: true)],
            Starts = [address],
        };
    }

    /// <summary>Finds the symbol that covers <paramref name="address"/>.</summary>
    public bool TryFindSymbol(ulong address, out SymbolHit hit) => _symbols.TryFind(address, out hit);

    /// <summary>
    /// Finds the source line of the instruction at <paramref name="address"/>. A line that begins before the symbol that covers the address
    /// says nothing of it: assembly code that follows compiled code has no lines of its own.
    /// </summary>
    public bool TryFindLine(ulong address, out SourceLine line)
    {
        bool isFound = _lines.Value.TryFind(address, out line, out ulong start);
        return isFound && !(TryFindSymbol(address, out SymbolHit hit) && start < address - hit.Offset);
    }

    /// <summary>Finds the section that an address lies in.</summary>
    public CodeSection? FindSection(ulong address) => Sections.FirstOrDefault(s => s.Contains(address));

    private CodeImage With(string sha256) => new(this, sha256);

    private CodeImage(CodeImage other, string sha256)
    {
        (Name, Format, _symbols, _lines, Sections, Starts, Sha256) =
            (other.Name, other.Format, other._symbols, other._lines, other.Sections, other.Starts, sha256);
    }
}
