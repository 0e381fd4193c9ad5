using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Emulation;

/// <summary>Frames as real Xen 4.17 builds them.</summary>
public sealed class ExceptionTests
{
    private const ulong Unmapped = 0x12_3456_7890;

    [Fact]
    public void KernelPageFault_BuildsXensFrame()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.PageFault, 0, handler);
            guest.mov(rcx, 0xc0ffee);
            guest.mov(r11, 0xbeef);
            guest.mov(rbx, Unmapped);
            guest.mov(r12, rsp);
            guest.mov(__byte_ptr[rbx], 1);
            guest.Place(ref handler, "handler");
            guest.mov(r13, rcx);
            guest.mov(r14, r11);
            guest.ReportStack(8);
            guest.mov(rax, r13);
            guest.Report();
            guest.mov(rax, r12);
            guest.Report();
            guest.mov(rax, r14);
            guest.Report();
            guest.Shutdown();
        });
        var fault = MicroGuest.Code;
        Assert.Equal(0xc0ffee, host.Result(0));
        Assert.Equal(0xbeef, host.Result(1));
        Assert.Equal(2, host.Result(2));
        Assert.InRange((ulong)host.Result(3), fault, fault + 0x200);
        Assert.Equal(0x1_0000_e030, host.Result(4));
        Assert.Equal(0x10002, host.Result(5) & 0x10202);
        Assert.Equal(host.Result(9), host.Result(6));
        Assert.Equal(0xe02b, host.Result(7));
        Assert.True(host.Domain.Image.TryGetAddress("handler", out var handler));
        Assert.Equal((long)handler, host.Result(8));
        Assert.Equal(0, host.Result(10) & 0x10000);
        Assert.Equal(Unmapped, host.Domain.Vcpu.Info.Cr2);
        Assert.Equal(1, host.Domain.Exits["PageFault"]);
    }

    [Fact]
    public void FrameIsAligned_AndInterruptGateClosesTheMask()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.InvalidOpcode, TrapInfo.InterruptGate, handler);
            guest.MapSharedInfo();
            guest.SetEventMask(0);
            guest.sub(rsp, 4);
            guest.ud2();
            guest.Place(ref handler, "handler");
            guest.ReportStack(5);
            guest.mov(r11, MicroGuest.SharedInfoAddress);
            guest.movzx(eax, __byte_ptr[r11 + 1]);
            guest.Report();
            guest.mov(rax, rsp);
            guest.Report();
            guest.Shutdown();
        });
        // RCX, R11, RIP, CS, RFLAGS: no error code; the mask was open.
        Assert.Equal(0xe030, host.Result(3));
        Assert.Equal(0x200, host.Result(4) & 0x200);
        Assert.Equal(1, host.Result(5));
        // 7 words below an address that is a multiple of 16.
        Assert.Equal(8, host.Result(6) & 15);
    }

    [Fact]
    public void Return_RestoresTheInterruptedKernel()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.PageFault, 0, handler);
            guest.mov(rax, 0x1111);
            guest.mov(rcx, 0x2222);
            guest.mov(r11, 0x3333);
            guest.mov(rbx, Unmapped);
            guest.stc();
            guest.mov(rdx, __qword_ptr[rbx]);
            guest.mov(r12, rax);
            guest.mov(r13, rcx);
            guest.mov(r14, r11);
            guest.setc(al);
            guest.movzx(eax, al);
            guest.Report();
            guest.mov(rax, r12);
            guest.Report();
            guest.mov(rax, r13);
            guest.Report();
            guest.mov(rax, r14);
            guest.Report();
            guest.Shutdown();
            guest.Place(ref handler, "handler");
            guest.mov(rbx, MicroGuest.Data);
            // The faulting instruction runs again with the repaired register.
            guest.Return(hasErrorCode: true);
        });
        Assert.Equal([1, 0x1111, 0x2222, 0x3333], Enumerable.Range(0, 4).Select(host.Result));
    }

    [Fact]
    public void UserPageFault_SwitchesStackAndShowsUserBit()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            var user = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.PageFault, 0, handler);
            guest.Hypercall(HypercallNumber.StackSwitch, FlatSelectors.KernelStack, MicroGuest.KernelStack);
            guest.MakeUserTable();
            guest.Report();
            guest.EnterUser(user);
            guest.Place(ref user, "user");
            guest.mov(rbx, Unmapped);
            guest.mov(rax, __qword_ptr[rbx]);
            guest.Place(ref handler, "handler");
            guest.ReportStack(8);
            guest.mov(rax, rsp);
            guest.Report();
            guest.Shutdown();
        });
        Assert.Equal(0, host.Result(0));
        Assert.Equal(4, host.Result(3));
        Assert.Equal(0xe033, host.Result(5));
        Assert.Equal(MicroGuest.UserStack, (ulong)host.Result(7));
        Assert.Equal(MicroGuest.KernelStack - 64, (ulong)host.Result(9));
        Assert.True(host.Domain.Vcpu.InKernelMode);
    }

    [Theory]
    [InlineData(MicroGuest.UserInterruptGate, true)]
    [InlineData((byte)1, true)]
    [InlineData((byte)0, false)]
    public void SoftwareInterrupt_FromKernel_NeedsPermission(byte flags, bool permitted)
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            var refused = guest.CreateLabel();
            guest.SetTrap(0x80, flags, handler);
            guest.SetTrap(ExceptionVector.GeneralProtection, 0, refused);
            guest.@int(0x80);
            guest.Place(ref handler, "handler");
            guest.mov(eax, 1);
            guest.Report();
            guest.Shutdown();
            guest.Place(ref refused, "refused");
            guest.mov(eax, 2);
            guest.mov(r11, MicroGuest.Results);
            guest.mov(__qword_ptr[r11], rax);
            guest.ReportStack(3);
            guest.Shutdown();
        });
        Assert.Equal(permitted ? 1 : 2, host.Result(0));
        if (!permitted)
        {
            Assert.Equal((0x80 << 3) | 2, host.Result(3));
        }
    }

    [Fact]
    public void Breakpoint_IsATrap()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.Breakpoint, 0, handler);
            guest.lea(rbx, __[handler]);
            guest.int3();
            guest.Place(ref handler, "handler");
            guest.ReportStack(3);
            guest.mov(rax, rbx);
            guest.Report();
            guest.Shutdown();
        });
        Assert.Equal(host.Result(3), host.Result(2));
    }

    [Theory]
    [InlineData("cli")]
    [InlineData("hlt")]
    [InlineData("in")]
    [InlineData("lidt")]
    [InlineData("invlpg")]
    [InlineData("rdmsr")]
    [InlineData("cr4")]
    public void PrivilegedInstructions_ThatXenDoesNotEmulate_RaiseGeneralProtection(string instruction)
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.GeneralProtection, 0, handler);
            guest.mov(ecx, 0x1234);
            guest.mov(rax, 0xffff);
            switch (instruction)
            {
                case "cli": guest.cli(); break;
                case "hlt": guest.hlt(); break;
                case "in": guest.@in(al, 0x60); break;
                case "lidt": guest.lidt(__[rsp]); break;
                case "invlpg": guest.invlpg(__[rsp]); break;
                case "rdmsr": guest.rdmsr(); break;
                default: guest.mov(cr4, rax); break;
            }

            guest.Place(ref handler, "handler");
            guest.ReportStack(3);
            guest.Shutdown();
        });
        Assert.Equal(0, host.Result(2));
        Assert.Equal(1, host.Domain.Exits["GeneralProtection"]);
    }

    [Fact]
    public void EmulatedInstructions_Work()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            guest.mov(rax, cr0);
            guest.Report();
            guest.mov(r15, cr3);
            guest.mov(rax, r15);
            guest.Report();
            guest.mov(cr3, r15);
            guest.clts();
            guest.mov(rax, cr4);
            guest.mov(cr4, rax);
            guest.mov(ecx, unchecked((int)0xC000_0100));
            guest.mov(eax, 0x5678);
            guest.mov(edx, 0x12);
            guest.wrmsr();
            guest.xor(eax, eax);
            guest.rdmsr();
            guest.Report();
            guest.Shutdown();
        });
        Assert.Equal(0x8000_0001, host.Result(0) & 0x8000_0001);
        Assert.Equal((long)host.Domain.Vcpu.KernelTable << 12, host.Result(1));
        Assert.Equal(0x5678, host.Result(2));
        Assert.Equal(0x12_0000_5678ul, host.Domain.Vcpu.State.Fs.Base);
    }

    [Fact]
    public void ForcedCpuid_NamesXen()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            guest.mov(eax, 0x4000_0000);
            guest.db(0x0f, 0x0b, (byte)'x', (byte)'e', (byte)'n', 0x0f, 0xa2);
            guest.mov(eax, ebx);
            guest.Report();
            guest.Shutdown();
        });
        Assert.Equal(BitConverter.ToUInt32("XenV"u8), host.Result(0));
        Assert.Equal(1, host.Domain.Exits["InvalidOpcode"]);
    }

    [Fact]
    public void TaskSwitchedFlag_RaisesDeviceNotAvailableOnce()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.DeviceNotAvailable, 0, handler);
            guest.Hypercall(HypercallNumber.FpuTaskswitch, 1);
            guest.movq(xmm0, rsp);
            guest.movq(xmm0, rsp);
            guest.Shutdown();
            guest.Place(ref handler, "handler");
            guest.Return();
        });
        Assert.Equal(1, host.Domain.Exits["DeviceNotAvailable"]);
    }
}
