using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Rewriter.Certifying;

/// <summary>
/// Sensitive instructions in data that the kernel seems to call: code takes the address of some bytes, goes through a pointer soon after, and the
/// bytes read as a function from their first to a return. One sign alone is common in honest kernels, all of them together are not.
/// </summary>
internal static class CalledData
{
    /// <summary>Instructions between the address and the call.</summary>
    private const int Distance = 32;

    /// <summary>Instructions of the function.</summary>
    private const int Longest = 256;

    internal static IEnumerable<ScanFinding> Find(CodeImage image)
    {
        SortedDictionary<ulong, ulong> taken = [];
        List<(ulong Address, ulong By, int Age)> recent = [];
        foreach (Instruction instruction in ImageCode.Explore(image).Map.Instructions())
        {
            recent = [.. recent.Where(r => r.Age < Distance).Select(r => r with { Age = r.Age + 1 })];
            if (TryFindAddress(in instruction, out ulong address) && image.FindSection(address) is { IsCode: false })
            {
                recent.Add((address, instruction.IP, 0));
            }

            if (instruction.FlowControl is FlowControl.IndirectCall or FlowControl.IndirectBranch)
            {
                recent.ForEach(r => taken.TryAdd(r.Address, r.By));
            }
        }

        return taken.SelectMany(t => ReadFunction(image, t.Key, image.TryFindLine(t.Value, out SourceLine line) ? line : null));
    }

    private static bool TryFindAddress(in Instruction instruction, out ulong address)
    {
        address = instruction switch
        {
            { Mnemonic: Mnemonic.Lea, IsIPRelativeMemoryOperand: true } => instruction.IPRelativeMemoryAddress,
            { Mnemonic: Mnemonic.Mov, Op1Kind: OpKind.Immediate64 or OpKind.Immediate32to64 } => instruction.GetImmediate(1),
            _ => 0,
        };
        return address != 0;
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

            switch (instruction.FlowControl)
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
