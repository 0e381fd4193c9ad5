using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Tests.Support;
using Xunit.Abstractions;

namespace ParaKit.Rewriter.Tests.Discovery;

/// <summary>The tables know the same as the full decoder, at every offset: starts of instructions and their middles.</summary>
public sealed class LengthDecoderTests(ITestOutputHelper output)
{
    private const int RandomBytes = 2_000_000;

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public void Sample_EveryOffset_Agrees(string mode) => Compare(Kernels.Sample(mode).Code, 64);

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void RandomBytes_EveryOffset_Agrees(int bits)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        byte[] code = new byte[RandomBytes];
        new Random(seed).NextBytes(code);
        Compare(CodeImage.Flat(code, "random", bits, 0), bits);
    }

    [LinuxFact]
    public void Linux_EveryOffset_Agrees() => Compare(Kernels.LoadLinux(), 64);

    /// <summary>All pairs of an opcode and what follows, behind each prefix: no table entry escapes.</summary>
    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void EveryOpcode_WithEveryModRmAndPrefix_Agrees(int bits)
    {
        byte[] prefixes = [0x2e, 0x66, 0xf2, 0xf3, 0x48, 0x41];
        using var code = new MemoryStream();
        foreach (byte[] prefix in prefixes.Select(p => new[] { p }).Prepend([]).Append([0x66, 0x48]).Append([0xf3, 0x4c]))
        {
            foreach (byte[] escape in (byte[][])[[], [0x0f]])
            {
                for (int i = 0; i < 0x10000; i++)
                {
                    code.Write([.. prefix, .. escape, (byte)(i >> 8), (byte)i, 0x25, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
                }
            }
        }

        Compare(CodeImage.Flat(code.ToArray(), "opcodes", bits, 0), bits);
    }

    private void Compare(CodeImage image, int bits)
    {
        long fast = 0;
        long all = 0;
        LengthTable table = bits == 64 ? LengthTable.Of64 : LengthTable.Of32;
        foreach (CodeSection section in image.Sections.Where(s => s.IsCode && s.Bits == bits))
        {
            byte[] bytes = section.Data.ToArray();
            var reader = new ByteArrayCodeReader(bytes);
            var decoder = Decoder.Create(bits, reader);
            for (int offset = 0; offset < bytes.Length - LengthDecoder.LongestInstruction; offset++)
            {
                all++;
                int step = LengthDecoder.Decode(ref bytes[offset], table);
                if (step != 0)
                {
                    fast++;
                    reader.Position = offset;
                    decoder.IP = section.Address + (ulong)offset;
                    decoder.Decode(out Instruction instruction);
                    if (!Agrees(step, in instruction, bytes.AsSpan(offset)))
                    {
                        Assert.Fail($"{instruction.IP:x}: {Convert.ToHexString(bytes.AsSpan(offset, 15))}: {instruction} of {instruction.Length} bytes, table says {step & 15}, {(StepKind)(step >> 4)}");
                    }
                }
            }
        }

        output.WriteLine($"{image.Name}: {fast} of {all} offsets by tables");
        Assert.True(fast > all / 3);
    }

    private static bool Agrees(int step, in Instruction instruction, ReadOnlySpan<byte> bytes)
    {
        int length = step & 15;
        var kind = (StepKind)(step >> 4);
        if (instruction.IsInvalid || instruction.Length != length || SensitiveInstructions.Find(instruction.Code) is not null)
        {
            return false;
        }

        bool isDirect = (kind & StepKind.Flow) is StepKind.Jump or StepKind.Branch;
        long distance = !isDirect ? 0 : (kind & StepKind.Short) != 0 ? (sbyte)bytes[length - 1] : BitConverter.ToInt32(bytes[(length - 4)..]);
        ulong mask = instruction.CodeSize == CodeSize.Code64 ? ulong.MaxValue : uint.MaxValue;
        StepKind flow = instruction.FlowControl switch
        {
            FlowControl.ConditionalBranch or FlowControl.Call => StepKind.Branch,
            FlowControl.UnconditionalBranch => StepKind.Jump,
            FlowControl.IndirectBranch => StepKind.IndirectJump,
            FlowControl.Return or FlowControl.Exception => StepKind.Stop,
            _ => StepKind.Next,
        };
        return flow == (kind & StepKind.Flow) && (!isDirect || ((instruction.NextIP + (ulong)distance) & mask) == instruction.NearBranchTarget);
    }
}
