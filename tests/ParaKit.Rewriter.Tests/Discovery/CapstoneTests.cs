using Gee.External.Capstone;
using Gee.External.Capstone.X86;
using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Tests.Support;
using Xunit.Abstractions;

namespace ParaKit.Rewriter.Tests.Discovery;

/// <summary>A second decoder, by other people, sees instructions of the same length wherever it sees any.</summary>
public sealed class CapstoneTests(ITestOutputHelper output)
{
    private const int Chunk = 4096;

    /// <summary>Where the two differ in length, and why Iced is right; docs/scan.md has the same list.</summary>
    private static readonly Dictionary<Mnemonic, string> s_known = new()
    {
        [Mnemonic.Ud1] = "Intel SDM vol. 2B, \"UD\": UD1 has a ModR/M byte; Capstone reads the two bytes of the old UD2B",
    };

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public void Sample_Lengths_Agree(string mode) => Compare(Kernels.Sample(mode).Code);

    [LinuxFact]
    public void Linux_Lengths_Agree() => Compare(Kernels.LoadLinux());

    /// <summary>Capstone is given the same starts, in runs of adjacent instructions; where it stops early, the next one is skipped and counted.</summary>
    private void Compare(CodeImage image)
    {
        CodeMap map = ImageCode.Explore(image).Map;
        long both = 0;
        Dictionary<string, int> unknown = [];
        List<string> differences = [];
        using CapstoneX86Disassembler capstone = CapstoneDisassembler.CreateX86Disassembler(X86DisassembleMode.Bit64);
        foreach (CodeSection section in image.Sections.Where(s => s.IsCode && s.Bits == 64))
        {
            Instruction[] instructions = [.. map.Instructions().Where(i => section.Contains(i.IP) && !map.IsOverlapping(in i))];
            for (int next = 0; next < instructions.Length;)
            {
                int first = next;
                while (next + 1 < instructions.Length && instructions[next + 1].IP == instructions[next].NextIP && instructions[next].IP - instructions[first].IP < Chunk)
                {
                    next++;
                }

                next++;
                both += CompareRun(capstone, section, instructions.AsSpan(first, next - first), unknown, differences);
            }
        }

        output.WriteLine($"{image.Name}: {both} instructions agree; Capstone does not know, or is known to be wrong about: {string.Join(", ", unknown.OrderByDescending(u => u.Value).Select(u => $"{u.Key} ({u.Value})"))}");
        Assert.Empty(differences);
        Assert.True(both > 1000);
    }

    private static int CompareRun(CapstoneX86Disassembler capstone, CodeSection section, ReadOnlySpan<Instruction> run, Dictionary<string, int> unknown, List<string> differences)
    {
        int agree = 0;
        for (int at = 0; at < run.Length;)
        {
            int start = (int)(run[at].IP - section.Address);
            int end = (int)(run[^1].NextIP - section.Address);
            X86Instruction[] theirs = capstone.Disassemble(section.Data[start..end].ToArray(), (long)run[at].IP);
            foreach (X86Instruction their in theirs)
            {
                if (their.Bytes.Length != run[at].Length && s_known.ContainsKey(run[at].Mnemonic))
                {
                    break;
                }

                if (their.Bytes.Length != run[at].Length)
                {
                    differences.Add($"{run[at].IP:x}: {run[at]} has {run[at].Length} bytes, {their.Mnemonic} {their.Operand} {their.Bytes.Length}");
                    return agree;
                }

                agree++;
                at++;
            }

            if (at < run.Length)
            {
                string name = run[at].Mnemonic.ToString();
                unknown[name] = unknown.GetValueOrDefault(name) + 1;
                at++;
            }
        }

        return agree;
    }
}
