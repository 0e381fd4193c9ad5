using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Hypercalls;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Emulation;

/// <summary>Random arguments: no host exception, no broken invariant, and what returns to the guest is always unprivileged.</summary>
public sealed class HypercallFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomHypercalls_NeverHurt(int seed)
    {
        var random = new Random(seed);
        using var host = TestHost.Idle();
        for (var i = 0; i < 4000; i++)
        {
            for (var word = 0; word < 16; word++)
            {
                host.Host.Machine.Memory.Write(host.Domain.Frames[MicroGuest.FrameOf(MicroGuest.Data)] * 4096 + (ulong)(word * 8), Value(random, host));
            }

            var context = new HypercallContext
            {
                Domain = host.Domain,
                Number = (ulong)random.Next(0, 56),
                Argument1 = Value(random, host),
                Argument2 = Value(random, host),
                Argument3 = Value(random, host),
                Argument4 = random.Next(4) == 0 ? Value(random, host) : DomainIds.Self,
                Argument5 = Value(random, host),
            };
            if (context.Number != (ulong)HypercallNumber.Iret)
            {
                HypercallTable.Invoke(ref context);
            }

            if (i % 500 == 0 && !host.Domain.Vcpu.Info.IsMoved)
            {
                PagingOracle.Check(host);
            }
        }
    }

    [Fact]
    public void RandomIretFrames_ReturnUnprivileged()
    {
        var random = new Random(7);
        using var host = TestHost.Idle();
        var vcpu = host.Domain.Vcpu;
        vcpu.FailsafeCallback = MicroGuest.Code;
        for (var i = 0; i < 5000; i++)
        {
            host.Write(MicroGuest.Data, new IretContext
            {
                Rip = Value(random, host),
                Cs = (ulong)(random.Next(3) == 0 ? random.Next(0x10000) : FlatSelectors.KernelCode) & ~3ul,
                Ss = (ulong)(random.Next(3) == 0 ? random.Next(0x10000) : FlatSelectors.KernelStack),
                Rflags = (ulong)random.NextInt64(),
                Rsp = MicroGuest.KernelStack + (ulong)random.Next(16),
                Flags = (ulong)random.NextInt64(),
            });
            vcpu.State.Registers[GeneralRegister.Rsp] = MicroGuest.Data;
            var context = new HypercallContext { Domain = host.Domain, Number = (ulong)HypercallNumber.Iret };
            HypercallTable.Invoke(ref context);

            Assert.True(host.Domain.IsAlive, host.Domain.CrashReason);
            Assert.Equal(3, vcpu.State.Cpl);
            Assert.Equal(3, vcpu.State.Cs.Selector & 3);
            Assert.Equal(3, vcpu.State.Cs.Dpl);
            Assert.Equal(Flags.Interrupt, vcpu.State.Rflags & (Flags.Interrupt | Flags.IoPrivilege | Flags.Virtual8086));
            Assert.True(Hardware.Mmu.LinearAddress.IsCanonical(vcpu.State.Rip));
        }
    }

    /// <summary>Values that mean something to some hypercall, and some that mean nothing.</summary>
    private static ulong Value(Random random, TestHost host)
    {
        var frame = host.Domain.Frames[random.Next(host.Domain.Frames.Length)];
        return random.Next(12) switch
        {
            0 => (ulong)random.NextInt64(),
            1 => 0,
            2 => (ulong)random.Next(64),
            3 => MicroGuest.Data + (ulong)random.Next(4096),
            4 => MicroGuest.ScratchPage(random.Next(8)),
            5 => frame,
            6 => (frame << 12) + (ulong)random.Next(8),
            7 => MachineToPhysical.VirtualStart + (ulong)random.Next(4096),
            8 => MicroGuest.Code,
            9 => ulong.MaxValue - (ulong)random.Next(4096),
            10 => (ulong)random.Next(),
            _ => (frame << 12) | 7,
        };
    }
}
