using Iced.Intel;
using ParaKit.Image;

namespace ParaKit.Rewriter.Static;

/// <summary>Machine code as text, with the image's symbols for addresses.</summary>
internal sealed class InstructionText
{
    private readonly NasmFormatter _formatter;
    private readonly StringOutput _output = new();

    public InstructionText(KernelImage image) => _formatter = new NasmFormatter(new Names(image));

    /// <summary>One instruction.</summary>
    public string Format(in Instruction instruction)
    {
        _formatter.Format(instruction, _output);
        return _output.ToStringAndReset();
    }

    /// <summary>Some bytes.</summary>
    public IReadOnlyList<string> Disassemble(ReadOnlySpan<byte> bytes, ulong address)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(bytes.ToArray()), address);
        List<string> lines = [];
        while (decoder.IP < address + (ulong)bytes.Length)
        {
            lines.Add(Format(decoder.Decode()));
        }

        return lines;
    }

    private sealed class Names(KernelImage image) : ISymbolResolver
    {
        public bool TryGetSymbol(in Instruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            bool isFound = image.TryFindSymbol(address, out SymbolHit hit);
            symbol = isFound ? new SymbolResult(address, hit.ToString()) : default;
            return isFound;
        }
    }
}
