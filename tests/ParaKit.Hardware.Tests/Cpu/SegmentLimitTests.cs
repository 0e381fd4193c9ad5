using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Cpu;

/// <summary>EFER.LMSLE: what lies past the limit is reached through GS only, also after GS has been there.</summary>
public sealed class SegmentLimitTests
{
    private const ulong Top = 0xffff_ffff_ff00_0000;
    private const ulong Frame = 0x30_0000;

    private static ProcessorExit Run(TestGuest guest, Action<Assembler> body, bool enable = true)
    {
        guest.Map(Top, Frame, PageTableEntry.Present | PageTableEntry.Writable | PageTableEntry.User);
        guest.Map(Top - 0x1000, Frame + 0x1000, PageTableEntry.Present | PageTableEntry.Writable | PageTableEntry.User);
        guest.EnterUser();
        guest.State.Efer |= enable ? Efer.SegmentLimitEnable : 0;
        guest.State.Ds.Limit = unchecked((uint)Top) - 1;
        guest.State.Gs.Base = Top;
        guest.State.Registers[Hardware.Cpu.GeneralRegister.Rbx] = Top;
        guest.Processor.Controls = ExitControls.All;
        guest.Assemble(a =>
        {
            body(a);
            a.hlt();
        });
        return guest.Processor.Run(100);
    }

    [Fact]
    public void Gs_ReachesPastTheLimit_WithIndexAndWithout()
    {
        using var guest = new TestGuest();
        ProcessorExit exit = Run(guest, a =>
        {
            a.mov(__qword_ptr.gs[8], rbx);
            a.mov(ecx, 1);
            a.mov(rax, __qword_ptr.gs[rcx * 8]);
        });
        Assert.Equal((ExitReason.Exception, ExceptionVector.GeneralProtection), (exit.Reason, exit.Vector));
        Assert.Equal(Top, guest[Hardware.Cpu.GeneralRegister.Rax]);
        Assert.Equal(Top, guest.Machine.Memory.Read<ulong>(Frame + 8));
    }

    [Fact]
    public void OtherSegments_Fault_AlsoAfterGsWasThere()
    {
        using var guest = new TestGuest();
        ProcessorExit exit = Run(guest, a =>
        {
            a.mov(rax, __qword_ptr.gs[8]);
            a.mov(eax, 1);
            a.mov(rax, __qword_ptr[rbx + 8]);
            a.mov(eax, 2);
        });
        Assert.Equal((ExitReason.Exception, ExceptionVector.GeneralProtection), (exit.Reason, exit.Vector));
        Assert.Equal(1ul, guest[Hardware.Cpu.GeneralRegister.Rax]);
    }

    [Fact]
    public void LastByte_Counts()
    {
        using var guest = new TestGuest();
        ProcessorExit exit = Run(guest, a =>
        {
            a.mov(rax, __qword_ptr[rbx - 8]);
            a.mov(eax, 1);
            a.mov(rax, __qword_ptr[rbx - 7]);
            a.mov(eax, 2);
        });
        Assert.Equal((ExitReason.Exception, ExceptionVector.GeneralProtection), (exit.Reason, exit.Vector));
        Assert.Equal(1ul, guest[Hardware.Cpu.GeneralRegister.Rax]);
    }

    [Fact]
    public void Stack_FaultsAsStack()
    {
        using var guest = new TestGuest();
        ProcessorExit exit = Run(guest, a =>
        {
            a.lea(rsp, __[rbx + 0x100]);
            a.push(rax);
        });
        Assert.Equal((ExitReason.Exception, ExceptionVector.StackFault), (exit.Reason, exit.Vector));
    }

    [Fact]
    public void WithoutTheBit_NothingIsLimited()
    {
        using var guest = new TestGuest();
        Run(guest, a => a.mov(__qword_ptr[rbx + 16], rbx), enable: false);
        Assert.Equal(Top, guest.Machine.Memory.Read<ulong>(Frame + 16));
    }
}
