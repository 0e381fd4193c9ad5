using Iced.Intel;
using ParaKit.Rewriter.Translation;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Rewriter.Tests.Translation;

/// <summary>Guest code and what the translator makes of it.</summary>
[UsesVerify]
public sealed class ListingTests
{
    private const ulong Code = 0xffff_ffff_8010_0000;
    private const ulong Cache = 0xffff_ffff_ff20_0000;

    /// <summary>The example with which binary translation is explained: is the number in EDI prime?</summary>
    [Fact]
    public Task IsPrime() => Verify(a =>
    {
        var (next, prime, composite) = (a.CreateLabel(), a.CreateLabel(), a.CreateLabel());
        a.mov(ecx, edi);
        a.mov(esi, 2);
        a.cmp(esi, ecx);
        a.jge(prime);
        a.Label(ref next);
        a.mov(eax, ecx);
        a.cdq();
        a.idiv(esi);
        a.test(edx, edx);
        a.je(composite);
        a.inc(esi);
        a.cmp(esi, ecx);
        a.jl(next);
        a.Label(ref prime);
        a.mov(eax, 1);
        a.ret();
        a.Label(ref composite);
        a.xor(eax, eax);
        a.ret();
    });

    [Fact]
    public Task Sensitive() => Verify(a =>
    {
        a.cli();
        a.pushfq();
        a.mov(rax, cr3);
        a.mov(eax, cs);
        a.smsw(ecx);
        a.sgdt(__[rdi]);
        a.mov(cr8, rdx);
        a.swapgs();
        a.popfq();
        a.@in(al, dx);
        a.sti();
        a.hlt();
        a.mov(cr3, rax);
        a.iretq();
    });

    [Fact]
    public Task Transfers() => Verify(a =>
    {
        var (function, loop) = (a.CreateLabel(), a.CreateLabel());
        a.call(function);
        a.call(rax);
        a.call(__qword_ptr[rbx + (rcx * 8)]);
        a.jmp(__qword_ptr[function]);
        a.Label(ref loop);
        a.loop(loop);
        a.jmp(loop);
        a.Label(ref function);
        a.ret(16);
    });

    [Fact]
    public Task Operands() => Verify(a =>
    {
        var here = a.CreateLabel();
        a.Label(ref here);
        a.mov(rax, __qword_ptr[here]);
        a.lea(rbx, __[here]);
        a.mov(rcx, __qword_ptr.gs[rbx + (rsi * 8) + 0x20]);
        a.mov(rcx, __qword_ptr.fs[rbx]);
        a.add(__qword_ptr.gs[rsp + 8], rax);
        a.ud2();
    });

    /// <summary>Nothing of the guest's code that is far from the cache can be reached by a displacement of 32 bits.</summary>
    [Fact]
    public Task FarFromTheCache() => Verify(
        a =>
        {
            var here = a.CreateLabel();
            a.Label(ref here);
            a.lea(rbx, __[here]);
            a.add(rax, __qword_ptr[here]);
            a.call(__qword_ptr[here]);
        },
        code: 0x7000_0000_0000);

    /// <summary>An instruction that trapped often, and a unit that counts its entries.</summary>
    [Fact]
    public Task SimulatedAndCounted() => Verify(
        a =>
        {
            a.mov(__qword_ptr[rdi], rax);
            a.inc(ecx);
            a.ret();
        },
        simulated: new HashSet<ulong> { Code },
        counter: 3);

    [Fact]
    public void Unit_HasTwelveInstructionsAtMost()
    {
        var unit = Translator.Translate(Enumerable.Repeat((byte)0x90, 100).ToArray(), Code, Cache)!;
        Assert.Equal(Translator.MaximumInstructions, unit.Instructions.Count);
        Assert.Equal(Code + 12, Assert.Single(unit.Exits).Target);
    }

    [Fact]
    public void CodeThatCannotBeFetched_EndsTheUnitOrHasNone()
    {
        byte[] code = [0x90, 0x90, 0xe9, 1];
        Assert.Equal(2, Translator.Translate(code, Code, Cache)!.Instructions.Count);
        Assert.Null(Translator.Translate(code.AsSpan(2), Code, Cache));
    }

    /// <summary>Any bytes are translated within the limits, and each instruction of the result has a note.</summary>
    [Fact]
    public void AnyBytes_Translate()
    {
        const int Seed = 20061021;
        var random = new Random(Seed);
        var bytes = new byte[Translator.MaximumGuestBytes];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            var unit = Translator.Translate(bytes, Code, Cache, counter: i % 2 == 0 ? i : -1)!;
            Assert.True(unit.Code.Length <= Translator.MaximumCodeBytes, $"seed {Seed}, case {i}: {unit.Code.Length} bytes");
            var decoder = Decoder.Create(64, new ByteArrayCodeReader(unit.Code), Cache);
            foreach (var step in unit.Steps)
            {
                Assert.True(step.Offset == (int)(decoder.IP - Cache), $"seed {Seed}, case {i}: note at {step.Offset:x}, instruction at {decoder.IP - Cache:x}");
                decoder.Decode();
            }
        }
    }

    /// <summary>Every opcode with every kind of operand that has to be retargeted, near the cache and far from it. MOV from GS to the accumulator once had no encoding.</summary>
    [Fact]
    public void EveryOpcodeWithRetargetedOperand_Translates()
    {
        byte[][] maps = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
        byte[][] prefixes = [[], [0x65], [0x64], [0x66], [0x66, 0x65], [0xf2], [0xf3, 0x65], [0x65, 0x48], [0x64, 0x4c], [0x67], [0x65, 0x67]];
        byte[] operands = [0x05, 0x0d, 0x3d, 0x03, 0x43, 0x04, 0x44, 0x84, 0x24, 0x00, 0xc0, 0xff];
        var bytes = new byte[Translator.MaximumGuestBytes];
        var retargeted = 0;
        foreach (var prefix in prefixes)
        {
            foreach (var map in maps)
            {
                for (var opcode = 0; opcode < 256; opcode++)
                {
                    foreach (var operand in operands)
                    {
                        Array.Fill(bytes, (byte)0);
                        byte[] code = [.. prefix, .. map, (byte)opcode, operand, 0x35];
                        code.CopyTo(bytes, 0);
                        foreach (var address in (ulong[])[Code, 0x7000_0000_0000])
                        {
                            var unit = Translator.Translate(bytes, address, Cache)!;
                            Assert.True(unit.Code.Length <= Translator.MaximumCodeBytes, Convert.ToHexString(code));
                            retargeted += unit.Instructions[0].Kind == TranslationKind.Retargeted ? 1 : 0;
                        }
                    }
                }
            }
        }

        Assert.True(retargeted > 5000, $"{retargeted} operands were retargeted");
    }

    private static Task Verify(Action<Assembler> body, ulong code = Code, IReadOnlySet<ulong>? simulated = null, int counter = -1)
    {
        var assembler = new Assembler(64);
        body(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), code);
        var (bytes, cache) = (stream.ToArray(), Cache);
        List<string> lines = [];
        for (var offset = 0; offset < bytes.Length;)
        {
            var unit = Translator.Translate(bytes.AsSpan(offset), code + (ulong)offset, cache, simulated, offset == 0 ? counter : -1)!;
            lines.Add($"unit at {cache:x}: {unit.GuestBytes} bytes to {unit.Code.Length}");
            lines.AddRange(TranslationListing.Lines(unit));
            offset += unit.GuestBytes;
            cache += (ulong)unit.Code.Length;
        }

        return Verifier.Verify(string.Join('\n', lines) + "\n");
    }
}
