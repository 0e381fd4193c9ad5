using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Cpu;

/// <summary>Events through the IDT: frames, stacks, nesting.</summary>
public sealed class DeliveryTests
{
    private const ulong Handler = 0x120000;
    private const ulong Unmapped = 0x70_0000_0000;

    [Fact]
    public void PageFault_PushesFrameWithErrorCode_AndSetsCr2()
    {
        using var guest = new TestGuest();
        guest.SetGate(ExceptionVector.PageFault, Handler);
        guest.Assemble(a => a.hlt(), Handler);
        guest.Assemble(a => a.mov(__qword_ptr[rbx], rax));
        guest.State.Registers[GeneralRegister.Rbx] = Unmapped;
        guest.State.Rflags = Flags.Interrupt | Flags.Carry;
        ProcessorExit exit = guest.Machine.Run(100);
        Assert.Equal(ExitReason.Halt, exit.Reason);
        Assert.Equal(Unmapped, guest.State.Cr2);
        ulong[] frame = Frame(guest, 6);
        Assert.Equal((ulong)PageFaultErrorCode.Write, frame[0]);
        Assert.Equal(TestGuest.Code, frame[1]);
        Assert.Equal(TestGuest.KernelCode, frame[2]);
        Assert.Equal(Flags.Interrupt | Flags.Carry | Flags.AlwaysOne | Flags.Resume, frame[3]);
        Assert.Equal(TestGuest.StackTop, frame[4]);
        Assert.Equal(TestGuest.KernelData, frame[5]);
        Assert.Equal(0ul, guest.State.Rflags & Flags.Interrupt);
        Assert.Equal(1, guest.Processor.Counters.ExceptionsDelivered[ExceptionVector.PageFault]);
    }

    [Fact]
    public void UserFault_SwitchesToRsp0_AndIretReturns()
    {
        using var guest = new TestGuest();
        guest.SetGate(ExceptionVector.InvalidOpcode, Handler);
        guest.Assemble(
            a =>
            {
                a.mov(rax, __qword_ptr[rsp]);
                a.add(__qword_ptr[rsp], 2);
                a.iretq();
            },
            Handler);
        ulong after = guest.Assemble(a =>
        {
            a.ud2();
            a.nop();
        });
        guest.EnterUser();
        guest.Processor.Run(1 + 1 + 3);
        Assert.Equal(TestGuest.Code, guest[GeneralRegister.Rax]);
        Assert.Equal(after, guest.State.Rip);
        Assert.Equal((3, TestGuest.UserCode, TestGuest.UserData), (guest.State.Cpl, guest.State.Cs.Selector, guest.State.Ss.Selector));
        Assert.Equal(TestGuest.StackTop, guest[GeneralRegister.Rsp]);
        Assert.Equal(TestGuest.StackTop, guest.Machine.Memory.Read<ulong>(TestGuest.StackTop - 0x1000 - 16));
    }

    [Fact]
    public void InterruptStack_IsUsedEvenWithoutPrivilegeChange()
    {
        using var guest = new TestGuest();
        guest.Machine.Memory.Write(TestGuest.Tss + 36, 0x70008ul);
        guest.SetGate(ExceptionVector.Breakpoint, Handler, interruptStack: 1);
        guest.Assemble(a => a.hlt(), Handler);
        guest.Assemble(a => a.int3());
        guest.Machine.Run(10);
        // The stack is aligned to 16 bytes before the five quadwords.
        Assert.Equal(0x70000ul - 40, guest[GeneralRegister.Rsp]);
        Assert.Equal(TestGuest.Code + 1, guest.Machine.Memory.Read<ulong>(guest[GeneralRegister.Rsp]));
    }

    [Fact]
    public void MissingGate_BecomesDoubleFault_ThenTripleFault()
    {
        using var guest = new TestGuest();
        guest.SetGate(ExceptionVector.DoubleFault, Handler);
        guest.Assemble(a => a.hlt(), Handler);
        // #GP without a gate: #GP in delivering #GP is a double fault.
        guest.Assemble(a => a.mov(rax, __qword_ptr[rbx]));
        guest.State.Registers[GeneralRegister.Rbx] = 1ul << 63;
        Assert.Equal(ExitReason.Halt, guest.Machine.Run(10).Reason);
        Assert.Equal(1, guest.Processor.Counters.ExceptionsDelivered[ExceptionVector.DoubleFault]);
        Assert.Equal(0ul, Frame(guest, 1)[0]);

        guest.SetGate(ExceptionVector.DoubleFault, Handler, present: false);
        guest.State.Rip = TestGuest.Code;
        ProcessorExit exit = guest.Machine.Run(10);
        Assert.Equal(ExitReason.Shutdown, exit.Reason);
        Assert.Equal($"triple fault at RIP {TestGuest.Code:x}: vector 13 (error code 0) has no handler that can be reached, and a double fault has none: vector 11 (error code 43)", exit.Message);
    }

    [Theory]
    [InlineData(3, 0, true)]
    [InlineData(3, 3, false)]
    [InlineData(0, 0, false)]
    public void SoftwareInterrupt_NeedsGateDplAtLeastCpl(int cpl, int dpl, bool faults)
    {
        using var guest = new TestGuest();
        guest.SetGate(0x80, Handler, dpl: dpl);
        guest.Assemble(a => a.hlt(), Handler);
        guest.Assemble(a => a.@int(0x80));
        guest.Processor.Controls = new ExitControls { Exceptions = uint.MaxValue };
        if (cpl == 3)
        {
            guest.EnterUser();
        }

        ProcessorExit exit = guest.Processor.Run(5);
        Assert.Equal(faults ? ExitReason.Exception : ExitReason.Halt, exit.Reason);
        Assert.Equal(faults ? (0x80u * 8) + 2 : 0u, exit.ErrorCode);
    }

    [Fact]
    public void ExceptionExit_LeavesStateAsBefore_AndCr2Alone()
    {
        using var guest = new TestGuest();
        guest.Assemble(a =>
        {
            a.nop();
            a.push(__qword_ptr[rbx]);
        });
        guest.State.Registers[GeneralRegister.Rbx] = Unmapped;
        guest.Processor.Controls = ExitControls.All;
        ProcessorExit exit = guest.Processor.Run(10);
        Assert.Equal((ExitReason.Exception, ExceptionVector.PageFault, true), (exit.Reason, exit.Vector, exit.HasErrorCode));
        Assert.Equal(Unmapped, exit.Address);
        Assert.Equal(2, exit.InstructionLength);
        Assert.Equal(TestGuest.Code + 1, guest.State.Rip);
        Assert.Equal(TestGuest.StackTop, guest[GeneralRegister.Rsp]);
        Assert.Equal(0ul, guest.State.Cr2);
        Assert.Equal(1, guest.Processor.Counters.Instructions);
    }

    [Fact]
    public void Exits_SyscallAndSoftwareInterrupt_AreAfterTheInstruction()
    {
        using var guest = new TestGuest();
        guest.Assemble(a =>
        {
            a.syscall();
            a.@int(0x42);
        });
        guest.Processor.Controls = ExitControls.All;
        guest.State.Registers[GeneralRegister.Rcx] = 7;
        Assert.Equal(ExitReason.Syscall, guest.Processor.Run(10).Reason);
        Assert.Equal((TestGuest.Code + 2, 7ul), (guest.State.Rip, guest[GeneralRegister.Rcx]));
        ProcessorExit exit = guest.Processor.Run(10);
        Assert.Equal((ExitReason.SoftwareInterrupt, (byte)0x42), (exit.Reason, exit.Vector));
        Assert.Equal(TestGuest.Code + 4, guest.State.Rip);
    }

    [Fact]
    public void SingleStep_TrapsAfterEachInstruction()
    {
        using var guest = new TestGuest();
        guest.Assemble(a =>
        {
            a.nop();
            a.nop();
        });
        guest.Processor.Controls = ExitControls.All;
        guest.State.Rflags |= Flags.Trap;
        ProcessorExit exit = guest.Processor.Run(10);
        Assert.Equal((ExitReason.Exception, ExceptionVector.Debug), (exit.Reason, exit.Vector));
        Assert.Equal(TestGuest.Code + 1, guest.State.Rip);
    }

    private static ulong[] Frame(TestGuest guest, int count)
    {
        var frame = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            frame[i] = guest.Machine.Memory.Read<ulong>(guest[GeneralRegister.Rsp] + ((ulong)i * 8));
        }

        return frame;
    }
}
