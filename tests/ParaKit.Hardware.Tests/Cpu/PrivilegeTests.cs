using ParaKit.Hardware.Cpu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Cpu;

/// <summary>What CPL and IOPL decide; the famous part is that POPF ignores IF silently.</summary>
public sealed class PrivilegeTests
{
    public static TheoryData<int, int> Levels()
    {
        var data = new TheoryData<int, int>();
        for (int io = 0; io < 4; io++)
        {
            data.Add(0, io);
            data.Add(3, io);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void CliAndSti_NeedIoPrivilege(int cpl, int ioPrivilege)
    {
        foreach (bool set in (bool[])[false, true])
        {
            using TestGuest guest = At(cpl, ioPrivilege);
            guest.Assemble(a =>
            {
                if (set)
                {
                    a.sti();
                }
                else
                {
                    a.cli();
                }
            });
            guest.State.Rflags = (guest.State.Rflags & ~Flags.Interrupt) | (set ? 0 : Flags.Interrupt);
            ProcessorExit exit = guest.Processor.Run(1);
            bool allowed = cpl <= ioPrivilege;
            Assert.Equal(allowed ? ExitReason.BudgetExhausted : ExitReason.Exception, exit.Reason);
            Assert.Equal(allowed == set, (guest.State.Rflags & Flags.Interrupt) != 0);
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Popf_IgnoresSilentlyWhatItMayNotChange(int cpl, int ioPrivilege)
    {
        using TestGuest guest = At(cpl, ioPrivilege);
        guest.Assemble(a => a.popfq());
        const ulong Wanted = Flags.Interrupt | Flags.IoPrivilege | Flags.Carry | Flags.Direction | Flags.Identification;
        guest.Machine.Memory.Write(TestGuest.StackTop - 8, Wanted);
        guest.State.Registers[GeneralRegister.Rsp] = TestGuest.StackTop - 8;
        ulong before = (ulong)ioPrivilege << Flags.IoPrivilegeShift;
        guest.State.Rflags = before;
        Assert.Equal(ExitReason.BudgetExhausted, guest.Processor.Run(1).Reason);
        ulong interrupt = cpl <= ioPrivilege ? Flags.Interrupt : 0;
        ulong privilege = cpl == 0 ? Flags.IoPrivilege : before;
        Assert.Equal(
            interrupt | privilege | Flags.Carry | Flags.Direction | Flags.Identification | Flags.AlwaysOne,
            guest.State.Rflags);
    }

    public static TheoryData<string> Privileged() => new(
        "0f20c0", "0f22c0", "0f21c0", "0f23c0", "0f06", "0f01f8", "0f30", "0f32", "f4", "0f09", "0f08", "0f0113", "0f011b",
        "0f00d8", "0f00d0", "0f01f0", "0f013b", "0f07");

    [Theory]
    [MemberData(nameof(Privileged))]
    public void PrivilegedInstruction_AtCpl3_IsGeneralProtection(string hex)
    {
        using TestGuest guest = At(3, 3);
        guest.Write(TestGuest.Code, Convert.FromHexString(hex));
        guest.State.Registers[GeneralRegister.Rbx] = TestGuest.Data;
        ProcessorExit exit = guest.Processor.Run(1);
        Assert.Equal((ExitReason.Exception, ExceptionVector.GeneralProtection, 0u), (exit.Reason, exit.Vector, exit.ErrorCode));
        Assert.Equal(TestGuest.Code, guest.State.Rip);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SensitiveStores_AreUnprivilegedUnlessUmip(bool prevented)
    {
        foreach (string hex in (string[])["0f0103", "0f010b", "0f00c0", "0f00c8", "0f01e0"])
        {
            using TestGuest guest = At(3, 0);
            guest.State.Cr4 |= prevented ? Cr4.UserModeInstructionPrevention : 0;
            guest.State.Registers[GeneralRegister.Rbx] = TestGuest.Data;
            guest.Write(TestGuest.Code, Convert.FromHexString(hex));
            ProcessorExit exit = guest.Processor.Run(1);
            Assert.Equal(prevented ? ExitReason.Exception : ExitReason.BudgetExhausted, exit.Reason);
        }
    }

    [Fact]
    public void PortBitmap_PermitsSinglePortsAtCpl3()
    {
        using TestGuest guest = At(3, 0);
        guest.Processor.Controls = new ExitControls { Exceptions = uint.MaxValue, PortAccess = true };
        guest.Machine.Memory.Write<ushort>(TestGuest.Tss + 102, 0x68);
        guest.State.Tr.Limit = 0x68 + 0x20;
        guest.Machine.Memory.Span(TestGuest.Tss + 0x68, 0x21).Fill(0xff);
        guest.Machine.Memory.Write<byte>(TestGuest.Tss + 0x68 + (0x42 / 8), 0xfb);
        guest.Assemble(a =>
        {
            a.@in(al, 0x42);
            a.@in(al, 0x43);
        });
        ProcessorExit exit = guest.Processor.Run(1);
        Assert.Equal((ExitReason.PortAccess, 0x42ul), (exit.Reason, exit.Address));
        guest.State.Rip += exit.InstructionLength;
        Assert.Equal(ExceptionVector.GeneralProtection, guest.Processor.Run(1).Vector);
    }

    [Fact]
    public void SyscallAndSysret_ChangePrivilegeAndFlags()
    {
        using var guest = new TestGuest();
        guest.State.Star = ((ulong)TestGuest.KernelCode << 32) | (0x13ul << 48);
        guest.State.Lstar = 0x120000;
        guest.State.FMask = Flags.Interrupt | Flags.Direction;
        guest.Assemble(a => a.sysretq(), 0x120000);
        ulong after = guest.Assemble(a => a.syscall());
        guest.EnterUser();
        guest.State.Rflags = Flags.Interrupt | Flags.Direction | Flags.Zero;
        guest.Processor.Run(1);
        Assert.Equal((0, 0x120000ul, TestGuest.KernelCode, TestGuest.KernelData),
            (guest.State.Cpl, guest.State.Rip, guest.State.Cs.Selector, guest.State.Ss.Selector));
        Assert.Equal(after, guest[GeneralRegister.Rcx]);
        Assert.Equal(Flags.Zero | Flags.AlwaysOne, guest.State.Rflags);
        guest.Processor.Run(1);
        Assert.Equal((3, after, 0x23, 0x1b), (guest.State.Cpl, guest.State.Rip, guest.State.Cs.Selector, guest.State.Ss.Selector));
        Assert.Equal(Flags.Interrupt | Flags.Direction | Flags.Zero | Flags.AlwaysOne, guest.State.Rflags);
    }

    [Theory]
    [InlineData(0xc0000080u, 0x1ul << 9, true)]
    [InlineData(0xc0000102u, 0x8000_0000_0000ul, true)]
    [InlineData(0xc0000102u, 0xffff_8000_0000_0000ul, false)]
    [InlineData(0xdeadu, 0ul, true)]
    [InlineData(0x277u, 0x0606_0606_0606_0602ul, true)]
    public void Wrmsr_RejectsWhatTheRegisterCannotHold(uint number, ulong value, bool faults)
    {
        using TestGuest guest = At(0, 0);
        guest.Assemble(a => a.wrmsr());
        guest.State.Registers[GeneralRegister.Rcx] = number;
        guest.State.Registers[GeneralRegister.Rax] = (uint)value;
        guest.State.Registers[GeneralRegister.Rdx] = value >> 32;
        ProcessorExit exit = guest.Processor.Run(1);
        Assert.Equal(faults ? ExitReason.Exception : ExitReason.BudgetExhausted, exit.Reason);
    }

    [Fact]
    public void DisabledSse_IsDeviceNotAvailableOrInvalidOpcode()
    {
        using TestGuest guest = At(0, 0);
        guest.Assemble(a => a.xorps(xmm0, xmm0));
        guest.State.Cr0 |= Cr0.TaskSwitched;
        Assert.Equal(ExceptionVector.DeviceNotAvailable, guest.Processor.Run(1).Vector);
        guest.State.Cr4 &= ~Cr4.OsFxsr;
        Assert.Equal(ExceptionVector.InvalidOpcode, guest.Processor.Run(1).Vector);
    }

    [Fact]
    public void LongReturn_ToUser_DropsPrivilegedDataSegments()
    {
        using TestGuest guest = At(0, 0);
        guest.Assemble(a =>
        {
            a.push(TestGuest.UserData);
            a.push(0x70000);
            a.push(TestGuest.UserCode);
            a.push((int)TestGuest.Data);
            a.db(0x48, 0xcb);
        });
        Assert.Equal(ExitReason.BudgetExhausted, guest.Processor.Run(5).Reason);
        Assert.Equal((3, TestGuest.Data, 0x70000ul), (guest.State.Cpl, guest.State.Rip, guest[GeneralRegister.Rsp]));
        Assert.Equal(0, guest.State.Ds.Selector);
    }

    private static TestGuest At(int cpl, int ioPrivilege)
    {
        var guest = new TestGuest();
        guest.Processor.Controls = new ExitControls { Exceptions = uint.MaxValue };
        if (cpl == 3)
        {
            guest.EnterUser(ioPrivilege);
        }
        else
        {
            guest.State.Rflags = (ulong)ioPrivilege << Flags.IoPrivilegeShift;
        }

        return guest;
    }
}
