using System.Security.Cryptography;
using ParaKit.Hardware.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Cpu;

/// <summary>The run loop: budgets, self-modifying code, what is not implemented.</summary>
public sealed class RunTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1001)]
    public void Budget_IsExact_ForEverySliceLength(int slice)
    {
        using var guest = new TestGuest();
        guest.Assemble(Counter);
        const int Total = 3003;
        for (int done = 0; done < Total; done += slice)
        {
            guest.Processor.Run(Math.Min(slice, Total - done));
        }

        Assert.Equal(Total, guest.Processor.Counters.Instructions);
        Assert.Equal((ulong)Total, guest.Machine.Clock.Cycles - WalkCycles(guest));
        Assert.Equal(Total / 3, (int)guest[GeneralRegister.Rax]);
    }

    [Fact]
    public void SameInputs_SameTrace()
    {
        Assert.Equal(Trace(), Trace());

        static string Trace()
        {
            using var guest = new TestGuest();
            guest.Assemble(a =>
            {
                Iced.Intel.Label loop = a.CreateLabel();
                a.Label(ref loop);
                a.rdtsc();
                a.add(rbx, rax);
                a.rol(rbx, 7);
                a.mov(__qword_ptr[rsp - 8], rbx);
                a.jmp(loop);
            });
            guest.Machine.Run(10_000);
            return $"{guest[GeneralRegister.Rbx]:x} {guest.Machine.Clock.Cycles} {guest.State.Rip:x} "
                + Convert.ToHexString(SHA256.HashData(guest.Machine.Memory.ReadOnlySpan(0, 0x100000)));
        }
    }

    [Fact]
    public void Rdtsc_CountsRetiredInstructions()
    {
        using var guest = new TestGuest();
        guest.Assemble(a =>
        {
            a.nop();
            a.nop();
            a.rdtsc();
            a.mov(ecx, eax);
            a.nop();
            a.rdtsc();
        });
        guest.Processor.Run(6);
        Assert.Equal(3ul, guest[GeneralRegister.Rax] - guest[GeneralRegister.Rcx]);
    }

    [Fact]
    public void CodeThatOverwritesTheNextInstruction_ExecutesTheNewOne()
    {
        using var guest = new TestGuest();
        guest.Assemble(a =>
        {
            Iced.Intel.Label target = a.CreateLabel();
            a.mov(__byte_ptr[target], 0x43);
            a.Label(ref target);
            // inc r8d (41 ff c0) becomes 43 ff c0: the same with an ignored REX.X.
            a.inc(r8d);
            a.mov(__byte_ptr[TestGuest.Code + 0x40], 0xb0);
            a.jmp(TestGuest.Code + 0x40);
        });
        guest.Write(TestGuest.Code + 0x40, [0xb1, 0x55, 0xf4]);
        Assert.Equal(ExitReason.Halt, guest.Machine.Run(100).Reason);
        Assert.Equal(1ul, guest[GeneralRegister.R8]);
        Assert.Equal((0x55ul, 0ul), (guest[GeneralRegister.Rax], guest[GeneralRegister.Rcx]));
        Assert.Equal(6, guest.Processor.Counters.Instructions);
    }

    [Fact]
    public void HostWrites_ReplaceDecodedCode()
    {
        using var guest = new TestGuest();
        guest.Assemble(a => a.mov(eax, 1));
        guest.Processor.Run(1);
        guest.Machine.Memory.Write<byte>(TestGuest.Code + 1, 2);
        guest.State.Rip = TestGuest.Code;
        guest.Processor.Run(1);
        Assert.Equal(2ul, guest[GeneralRegister.Rax]);
    }

    [Fact]
    public void InstructionAcrossPages_SeesChangesOfItsTail()
    {
        using var guest = new TestGuest();
        const ulong Start = TestGuest.Code + 0xffd;
        guest.Write(Start, [0xb8, 1, 2, 3, 4, 0xf4]);
        for (int i = 0; i < 3; i++)
        {
            guest.State.Rip = Start;
            guest.Processor.Run(1);
            Assert.Equal(0x04030201ul + ((ulong)i << 24), guest[GeneralRegister.Rax]);
            Assert.Equal(Start + 5, guest.State.Rip);
            guest.Machine.Memory.Write(TestGuest.Code + 0x1001, (byte)(5 + i));
        }
    }

    [Fact]
    public void Unimplemented_NamesRipBytesAndMnemonic()
    {
        using var guest = new TestGuest();
        guest.Assemble(a =>
        {
            a.nop();
            a.vaddps(ymm0, ymm1, ymm2);
        });
        ProcessorExit exit = guest.Machine.Run(10);
        Assert.Equal(ExitReason.Unimplemented, exit.Reason);
        Assert.Contains("0000000000100001: C5F458C2 vaddps", exit.Message);
        Assert.Equal(TestGuest.Code + 1, guest.State.Rip);
    }

    [Fact]
    public void EndlessFaults_EndTheBudget()
    {
        using var guest = new TestGuest();
        // The handler's own first byte is an undefined opcode, on its own stack.
        guest.Machine.Memory.Write(TestGuest.Tss + 36, 0x70000ul);
        guest.SetGate(ExceptionVector.InvalidOpcode, TestGuest.Code, interruptStack: 1);
        guest.Assemble(a => a.ud2());
        Assert.Equal(ExitReason.BudgetExhausted, guest.Machine.Run(1000).Reason);
        Assert.Equal(0, guest.Processor.Counters.Instructions);
    }

    [Fact]
    public void RepeatedMove_ResumesAfterPageFault()
    {
        using var guest = new TestGuest();
        const ulong Linear = 0x40_0000_0000;
        guest.Map(Linear, 0x300000, 3);
        guest.Machine.Memory.Span(TestGuest.Data, 0x2000).Fill(0xab);
        guest.Assemble(a => a.rep.movsb());
        guest.Processor.Controls = ExitControls.All;
        guest.State.Registers[GeneralRegister.Rsi] = TestGuest.Data;
        guest.State.Registers[GeneralRegister.Rdi] = Linear + 0x800;
        guest.State.Registers[GeneralRegister.Rcx] = 0x1000;
        ProcessorExit exit = guest.Processor.Run(100);
        Assert.Equal((ExceptionVector.PageFault, Linear + 0x1000), (exit.Vector, exit.Address));
        Assert.Equal((0x800ul, TestGuest.Code), (guest[GeneralRegister.Rcx], guest.State.Rip));
        guest.Map(Linear + 0x1000, 0x302000, 3);
        guest.Processor.Run(1);
        Assert.Equal((0ul, TestGuest.Code + 2), (guest[GeneralRegister.Rcx], guest.State.Rip));
        Assert.Equal(0xab, guest.Machine.Memory.Read<byte>(0x3027ff));
    }

    private static ulong WalkCycles(TestGuest guest) =>
        (ulong)guest.Processor.Counters.PageWalkReferences * guest.Processor.Costs.PageWalkReference;

    private static void Counter(Iced.Intel.Assembler a)
    {
        Iced.Intel.Label loop = a.CreateLabel();
        a.Label(ref loop);
        a.inc(rax);
        a.lea(rbx, __[rax + rax * 2]);
        a.jmp(loop);
    }
}
