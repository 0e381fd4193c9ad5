using Iced.Intel;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Tests.Support;

namespace ParaKit.Rewriter.Tests.Discovery;

public sealed class CodeDiscoveryTests
{
    private const ulong Base = 0x1000;

    [Fact]
    public void Call_AndWhatFollows_AreReached()
    {
        // call +1; ret; (cli); hlt; ret
        DiscoveredCode code = Explore([0xe8, 2, 0, 0, 0, 0xc3, 0xfa, 0xf4, 0xc3]);
        Assert.Equal(CodeOrigin.Descent, code.Map.OriginOf(Base + 7));
        Assert.Equal(CodeOrigin.Sweep, code.Map.OriginOf(Base + 6));
        Assert.True(code.Map.IsTarget(Base + 7));
        Assert.Equal([Base + 6, Base + 7], code.Map.Sensitive().Select(i => i.IP));
    }

    /// <summary>The oldest trick: CLI as part of an immediate, reached by a jump into the instruction.</summary>
    [Fact]
    public void JumpIntoTheMiddle_IsFollowed()
    {
        // jz +1; mov eax, 0xc3fa; ret
        DiscoveredCode code = Explore([0x74, 1, 0xb8, 0xfa, 0xc3, 0, 0, 0xc3]);
        Instruction hidden = code.Map.Sensitive().Single();
        Assert.Equal((Base + 3, Code.Cli), (hidden.IP, hidden.Code));
        Assert.True(code.Map.IsOverlapping(in hidden));
        Assert.True(code.Map.TryDecode(Base + 2, out Instruction outer));
        Assert.True(code.Map.IsOverlapping(in outer));
    }

    [Fact]
    public void Loop_Ends()
    {
        DiscoveredCode code = Explore([0xeb, 0xfe]);
        Assert.Equal(2, code.Map.Coverage().Descent);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void JumpTable_IsFollowed(int entryBytes)
    {
        var a = new Assembler(64);
        Label table = a.CreateLabel();
        Label[] cases = [a.CreateLabel(), a.CreateLabel()];
        Label outside = a.CreateLabel();
        a.cmp(AssemblerRegisters.edi, 1);
        a.ja(outside);
        if (entryBytes == 8)
        {
            a.jmp(AssemblerRegisters.__qword_ptr[(AssemblerRegisters.rdi * 8) + 0x2000]);
        }
        else
        {
            a.AddInstruction(Instruction.Create(Code.Lea_r64_m, Register.RAX, new MemoryOperand(Register.RIP, 0x2000)));
            a.movsxd(AssemblerRegisters.rcx, AssemblerRegisters.__dword_ptr[AssemblerRegisters.rax + (AssemblerRegisters.rdi * 4)]);
            a.add(AssemblerRegisters.rcx, AssemblerRegisters.rax);
            a.jmp(AssemblerRegisters.rcx);
        }

        a.nop();
        a.Label(ref cases[0]);
        a.cli();
        a.ret();
        a.Label(ref cases[1]);
        a.sti();
        a.ret();
        a.Label(ref outside);
        a.ret();
        using var stream = new MemoryStream();
        AssemblerResult result = a.Assemble(new StreamCodeWriter(stream), Base, BlockEncoderOptions.ReturnNewInstructionOffsets);
        ulong[] targets = [.. cases.Select(c => result.GetLabelRIP(c))];
        byte[] data = [.. targets.SelectMany(t => entryBytes == 8 ? BitConverter.GetBytes(t) : BitConverter.GetBytes((int)(t - 0x2000)))];
        DiscoveredCode code = CodeDiscovery.Explore([new CodeRegion(Base, stream.ToArray()), new CodeRegion(0x2000, data, IsCode: false)], [Base]);
        Assert.All(targets, t => Assert.Equal(CodeOrigin.Descent, code.Map.OriginOf(t)));
        Assert.Empty(code.UnresolvedJumps);
    }

    [Fact]
    public void IndirectJumpWithoutTable_IsReported() => Assert.Equal([Base], Explore([0xff, 0xe0]).UnresolvedJumps);

    [Fact]
    public void Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => CodeDiscovery.Explore([new CodeRegion(Base, new byte[1 << 20])], [Base], cancellation: source.Token));
    }

    /// <summary>Any bytes at any entry, with jumps wherever they lead: it ends, and says of each byte how it was read.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void RandomCode_EveryByteIsAccountedFor(int bits)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            byte[] code = new byte[random.Next(1, 2000)];
            random.NextBytes(code);
            ulong start = bits == 64 ? ulong.MaxValue - (ulong)code.Length + 1 : 0;
            DiscoveredCode found = CodeDiscovery.Explore([new CodeRegion(start, code, bits)], [start, start + (ulong)random.Next(code.Length)]);
            Assert.True(found.Map.Coverage().Total == code.Length, $"seed {seed}");
            Assert.True(found.Map.Instructions().All(i => !i.IsInvalid), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public void Sample_NearlyEverythingIsReached(string mode)
    {
        CodeMap map = ImageCode.Explore(Kernels.Sample(mode)).Map;
        CodeCoverage coverage = map.Coverage();
        Assert.True(coverage.Descent > coverage.Total * 0.85, $"{coverage}"); // the rest is padding between functions
        Assert.All(map.Sensitive(), i => Assert.Equal(CodeOrigin.Descent, map.OriginOf(i.IP)));
    }

    [LinuxFact]
    public void Linux_NearlyEverythingIsReached()
    {
        CodeCoverage coverage = ImageCode.Explore(Kernels.LoadLinux()).Map.Coverage();
        Assert.True(coverage.Descent > coverage.Total * 0.85, $"{coverage}");
    }

    private static DiscoveredCode Explore(byte[] code) => CodeDiscovery.Explore([new CodeRegion(Base, code)], [Base]);
}
