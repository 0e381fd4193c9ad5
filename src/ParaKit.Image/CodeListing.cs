using System.Collections.Immutable;
using Iced.Intel;
using ParaKit.Image.Dwarf;

namespace ParaKit.Image;

/// <summary>Source line → machine code, through the line table of an image; contains no addresses, so that listings compare well.</summary>
public sealed class CodeListing
{
    private readonly KernelImage _image;
    private readonly ILookup<string, LineRange> _files;
    private readonly NasmFormatter _formatter;

    /// <summary>Indexes the executable code of an image.</summary>
    public CodeListing(KernelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        _image = image;
        _files = image.LineRanges.Where(range => Segment(range.Start) is not null).ToLookup(range => Path.GetFileName(range.File.Name));
        _formatter = new NasmFormatter(new SymbolNames(image));
    }

    /// <summary>Finds the code of some lines of a file; empty if they have none of their own.</summary>
    /// <param name="file">Path relative to the project, with forward slashes.</param>
    /// <param name="firstLine">First line, from 1.</param>
    /// <param name="lastLine">Last line, inclusive.</param>
    public ImmutableArray<CodeRange> Find(string file, int firstLine, int lastLine)
    {
        ArgumentNullException.ThrowIfNull(file);
        var ranges = _files[Path.GetFileName(file)]
            .Where(range => range.File.Path.EndsWith("/" + file, StringComparison.Ordinal) && range.Line >= firstLine && range.Line <= lastLine)
            .OrderBy(range => range.Start);
        return [.. ranges.GroupBy(range => FunctionAt(range.Start)).Select(function => new CodeRange(function.Key, Disassemble(function)))];
    }

    /// <summary>The code of a function, and of the functions that it calls or jumps to, nearest first.</summary>
    /// <param name="function">Symbol of the function.</param>
    /// <param name="maximum">Functions at most.</param>
    /// <returns>Empty if there is no such function.</returns>
    public ImmutableArray<CodeRange> FindFunction(string function, int maximum)
    {
        var functions = ImmutableArray.CreateBuilder<CodeRange>();
        Queue<ulong> waiting = new();
        HashSet<ulong> seen = [];
        if (_image.TryGetAddress(function, out var start))
        {
            waiting.Enqueue(start);
        }

        while (functions.Count < maximum && waiting.TryDequeue(out var address))
        {
            if (seen.Add(address) && SizeOf(address) is > 0 and var size)
            {
                var range = Decode(address, address + size).ToList();
                foreach (var target in range.Where(IsDirectBranch).Select(i => i.NearBranchTarget).Where(t => t - address >= size))
                {
                    waiting.Enqueue(target);
                }

                functions.Add(new CodeRange(FunctionAt(address), WithoutPadding(range.Select(Format))));
            }
        }

        return functions.ToImmutable();
    }

    private static bool IsDirectBranch(Instruction instruction) => instruction.IsCallNear || instruction.IsJmpShortOrNear || instruction.IsJccShortOrNear;

    // Assembly code has symbols without a size; it goes on to the next.
    private ulong SizeOf(ulong address)
    {
        if (Segment(address) is not { } segment || !_image.TryFindSymbol(address, out SymbolHit hit) || hit.Offset != 0)
        {
            return 0;
        }

        ulong size = _image.Symbols.Where(s => s.Address == address).Max(s => s.Size);
        ulong end = segment.VirtualAddress + (ulong)segment.Data.Length;
        return size > 0 ? size : _image.Symbols.Where(s => s.Address > address).Select(s => s.Address).Append(end).Min() - address;
    }

    private static ImmutableArray<string?> WithoutPadding(IEnumerable<string> instructions)
    {
        var lines = ImmutableArray.CreateBuilder<string?>();
        lines.AddRange(instructions);
        RemovePadding(lines);
        return lines.ToImmutable();
    }

    private ImmutableArray<string?> Disassemble(IEnumerable<LineRange> ranges)
    {
        var lines = ImmutableArray.CreateBuilder<string?>();
        ulong? end = null;
        foreach (LineRange range in ranges)
        {
            if (end is not null && end != range.Start)
            {
                lines.Add(null);
            }

            lines.AddRange(Disassemble(range));
            end = range.End;
        }

        RemovePadding(lines);
        return lines.ToImmutable();
    }

    // Between functions; the line table counts it to the last line.
    private static void RemovePadding(ImmutableArray<string?>.Builder lines)
    {
        int last = lines.Count - 1;
        while (last > 0 && lines[last] == "nop")
        {
            last--;
        }

        if (lines[last] is "ret" or "int3" || lines[last]?.StartsWith("jmp ", StringComparison.Ordinal) == true)
        {
            lines.Count = last + 1;
        }
    }

    private IEnumerable<string> Disassemble(LineRange range) => Decode(range.Start, range.End).Select(Format);

    private string Format(Instruction instruction)
    {
        var output = new StringOutput();
        _formatter.Format(instruction, output);
        return output.ToStringAndReset();
    }

    private IEnumerable<Instruction> Decode(ulong start, ulong end)
    {
        ImageSegment segment = Segment(start)!;
        var offset = (int)(start - segment.VirtualAddress);
        var length = (int)Math.Min(end - start, (ulong)(segment.Data.Length - offset));
        var decoder = Iced.Intel.Decoder.Create(64, segment.Data.Slice(offset, length).ToArray());
        decoder.IP = start;
        while (decoder.IP < start + (ulong)length)
        {
            yield return decoder.Decode();
        }
    }

    private ImageSegment? Segment(ulong address) => _image.Segments.FirstOrDefault(segment =>
        segment.Executable && address >= segment.VirtualAddress && address - segment.VirtualAddress < (ulong)segment.Data.Length);

    private string FunctionAt(ulong address) => _image.TryFindSymbol(address, out SymbolHit hit) ? hit.Name : "?";

    private sealed class SymbolNames(KernelImage image) : ISymbolResolver
    {
        public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            // A displacement such as -8 is also an address, but none of the image's.
            SymbolHit hit = default;
            bool isFound = image.Segments.Any(segment => address - segment.VirtualAddress < segment.MemorySize) && image.TryFindSymbol(address, out hit);
            symbol = isFound ? new SymbolResult(address, hit.ToString()) : default;
            return isFound;
        }
    }
}
