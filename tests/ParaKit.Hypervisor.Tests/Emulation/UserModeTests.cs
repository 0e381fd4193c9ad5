using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Emulation;

/// <summary>Kernel and user mode: iret, system calls, segment bases.</summary>
public sealed class UserModeTests
{
    [Fact]
    public void Syscall_EntersTheCallbackOnTheKernelStack_AndReturns()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var callback = guest.CreateLabel();
            var user = guest.CreateLabel();
            var after = guest.CreateLabel();
            var second = guest.CreateLabel();
            guest.MapSharedInfo();
            guest.SetCallback(CallbackType.Syscall, CallbackRegister.MaskEvents, callback);
            guest.Hypercall(HypercallNumber.StackSwitch, FlatSelectors.KernelStack, MicroGuest.KernelStack);
            guest.MakeUserTable();
            guest.EnterUser(user);

            guest.Place(ref user, "user");
            guest.mov(eax, 39);
            guest.syscall();
            guest.Place(ref after, "after");
            guest.mov(ebx, eax);
            guest.mov(eax, 40);
            guest.syscall();

            guest.Place(ref callback, "callback");
            guest.cmp(eax, 40);
            guest.je(second);
            guest.Report();
            guest.ReportStack(7);
            guest.mov(r11, MicroGuest.SharedInfoAddress);
            guest.movzx(eax, __byte_ptr[r11 + 1]);
            guest.Report();
            guest.mov(rax, rsp);
            guest.Report();
            guest.mov(eax, 77);
            guest.Return(flags: IretContext.InSyscall);

            guest.Place(ref second, "second");
            guest.mov(eax, ebx);
            guest.Report();
            guest.Shutdown();
        });
        Assert.True(host.Domain.Image.TryGetAddress("after", out var after));
        Assert.Equal(39, host.Result(0));
        Assert.Equal((long)after, host.Result(1));
        Assert.Equal((long)after, host.Result(3));
        Assert.Equal(0xe033, host.Result(4));
        Assert.Equal(0x202, host.Result(5));
        Assert.Equal(MicroGuest.UserStack, (ulong)host.Result(6));
        Assert.Equal(0xe02b, host.Result(7));
        Assert.Equal(1, host.Result(8));
        Assert.Equal(MicroGuest.KernelStack - 56, (ulong)host.Result(9));
        Assert.Equal(77, host.Result(10));
        Assert.Equal(2, host.Domain.Exits["SystemCall"]);
    }

    [Fact]
    public void Syscall_WithoutCallback_IsInvalidOpcode()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var handler = guest.CreateLabel();
            var user = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.InvalidOpcode, 0, handler);
            guest.Hypercall(HypercallNumber.StackSwitch, FlatSelectors.KernelStack, MicroGuest.KernelStack);
            guest.MakeUserTable();
            guest.EnterUser(user);
            guest.Place(ref user, "user");
            guest.syscall();
            guest.Place(ref handler, "handler");
            guest.ReportStack(3);
            guest.Shutdown();
        });
        Assert.True(host.Domain.Image.TryGetAddress("user", out var user));
        Assert.Equal((long)user, host.Result(2));
    }

    [Fact]
    public void GsBases_AreExchangedWithTheMode()
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var callback = guest.CreateLabel();
            var user = guest.CreateLabel();
            guest.SetCallback(CallbackType.Syscall, 0, callback);
            guest.Hypercall(HypercallNumber.StackSwitch, FlatSelectors.KernelStack, MicroGuest.KernelStack);
            guest.Hypercall(HypercallNumber.SetSegmentBase, (ulong)SegmentBase.GsKernel, MicroGuest.Data + 0x100);
            guest.Hypercall(HypercallNumber.SetSegmentBase, (ulong)SegmentBase.GsUser, MicroGuest.Data + 0x200);
            guest.Store(MicroGuest.Data + 0x100, 0x1001);
            guest.Store(MicroGuest.Data + 0x200, 0x2002);
            guest.MakeUserTable();
            guest.EnterUser(user);
            guest.Place(ref user, "user");
            guest.mov(rbx, __qword_ptr.gs[0]);
            guest.syscall();
            guest.Place(ref callback, "callback");
            guest.mov(rax, __qword_ptr.gs[0]);
            guest.Report();
            guest.mov(rax, rbx);
            guest.Report();
            guest.Shutdown();
        });
        Assert.Equal(0x1001, host.Result(0));
        Assert.Equal(0x2002, host.Result(1));
    }

    [Fact]
    public void UserMode_CannotMakeHypercalls()
    {
        using var host = TestHost.Run(
            guest =>
            {
                var user = guest.CreateLabel();
                guest.Hypercall(HypercallNumber.StackSwitch, FlatSelectors.KernelStack, MicroGuest.KernelStack);
                guest.MakeUserTable();
                guest.EnterUser(user);
                guest.Place(ref user, "user");
                guest.Shutdown();
            },
            out _);
        Assert.Equal(DomainState.Crashed, host.Domain.State);
        Assert.Equal(0, host.Domain.HypercallCounts["sched_op"]);
    }

    [Theory]
    [InlineData(0x0000_8000_0000_0000ul, FlatSelectors.UserCode, FlatSelectors.UserStack)]
    [InlineData(MicroGuest.Code, (ushort)0, FlatSelectors.UserStack)]
    [InlineData(MicroGuest.Code, (ushort)0xfffb, FlatSelectors.UserStack)]
    [InlineData(MicroGuest.Code, (ushort)0x33, FlatSelectors.UserStack)]
    [InlineData(MicroGuest.Code, FlatSelectors.UserStack, FlatSelectors.UserStack)]
    [InlineData(MicroGuest.Code, FlatSelectors.UserCode, (ushort)0)]
    [InlineData(MicroGuest.Code, FlatSelectors.UserCode, FlatSelectors.UserCode)]
    [InlineData(MicroGuest.Code, FlatSelectors.UserCode, (ushort)0xffff)]
    public void BadFrame_EntersTheFailsafeCallback(ulong rip, ushort code, ushort stack)
    {
        using var host = TestHost.RunToShutdown(guest =>
        {
            var failsafe = guest.CreateLabel();
            guest.SetCallback(CallbackType.Failsafe, 0, failsafe);
            guest.mov(r12, rsp);
            foreach (var word in (ReadOnlySpan<ulong>)[stack, 0, 0x202, code & ~3u, rip, 0])
            {
                guest.mov(rax, word);
                guest.push(rax);
            }

            guest.mov(__qword_ptr[rsp + 32], r12);
            guest.jmp(MicroGuest.ImageBase + ((ulong)HypercallNumber.Iret * 32));
            guest.Place(ref failsafe, "failsafe");
            // RCX, R11, DS, ES, FS, GS, RIP, CS, RFLAGS, RSP, SS
            guest.ReportStack(11);
            guest.Shutdown();
        });
        Assert.Equal(rip, (ulong)host.Result(6));
        Assert.Equal(code & ~3, host.Result(7) & 0xffff);
        Assert.Equal(stack | 3, host.Result(10));
    }
}
