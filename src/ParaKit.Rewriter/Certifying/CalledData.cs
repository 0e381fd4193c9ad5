using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Rewriter.Certifying;

/// <summary>
/// Sensitive instructions in data that the kernel calls: code takes the address of some bytes, goes through the register or stack slot that
/// has it, and the bytes read as a function from their first to a return.
/// </summary>
internal static class CalledData
{
    /// <summary>Instructions of the function.</summary>
    private const int Longest = 256;

    internal static IEnumerable<ScanFinding> Find(CodeImage image, CodeMap code)
    {
        SortedDictionary<ulong, ulong> called = [];
        var pointers = new PointerTrail();
        foreach (Instruction instruction in code.Instructions())
        {
            if (pointers.Note(in instruction) is { } pointer && image.FindSection(pointer.Target) is { IsCode: false })
            {
                called.TryAdd(pointer.Target, pointer.TakenBy);
            }
        }

        return called.SelectMany(t => ReadFunction(image, t.Key, image.TryFindLine(t.Value, out SourceLine line) ? line : null));
    }

    /// <param name="image">The image.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="line">Where its address is taken.</param>
    private static List<ScanFinding> ReadFunction(CodeImage image, ulong start, SourceLine? line)
    {
        CodeSection section = image.FindSection(start)!;
        byte[] bytes = section.Data[(int)(start - section.Address)..].ToArray();
        var decoder = Decoder.Create(section.Bits, bytes, start);
        List<ScanFinding> findings = [];
        for (int i = 0; i < Longest; i++)
        {
            decoder.Decode(out Instruction instruction);
            if (instruction.IsInvalid)
            {
                return [];
            }

            if (SensitiveInstructions.Find(instruction.Code) is { Class: not InstructionClass.Revealing } kind)
            {
                findings.Add(new ScanFinding(instruction.IP, kind)
                {
                    Origin = CodeOrigin.None,
                    Section = section,
                    Text = instruction.ToString(),
                    Length = instruction.Length,
                    IsOverlapping = false,
                    Symbol = image.TryFindSymbol(instruction.IP, out SymbolHit hit) ? hit : null,
                    Line = line,
                });
            }

            switch (UndefinedSpace.Contains(in instruction) ? FlowControl.Next : instruction.FlowControl)
            {
                case FlowControl.Return:
                    return findings;
                case FlowControl.UnconditionalBranch or FlowControl.IndirectBranch or FlowControl.Exception:
                    return [];
                default:
                    break;
            }
        }

        return [];
    }
}
