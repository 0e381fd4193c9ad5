using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Emulation;

/// <summary>Guests that break the rules: each ends with a reason, none harms or stops the host.</summary>
public sealed class HostileGuestTests
{
    private static RunResult Run(Action<MicroGuest> body, long limit = 200_000) =>
        new ParavirtTechnique().Run(new RunRequest(MicroGuest.Build(body)) { MemoryBytes = TestHost.MemoryBytes, MaxInstructions = limit });

    [Fact]
    public void MissingHandler_CrashesWithASymbolisedReport()
    {
        var result = Run(guest =>
        {
            var inner = guest.CreateLabel();
            var outer = guest.CreateLabel();
            guest.call(outer);
            guest.Place(ref inner, "inner");
            guest.xor(eax, eax);
            guest.mov(__qword_ptr[rax], eax);
            guest.Place(ref outer, "outer");
            guest.call(inner);
            guest.ret();
        });
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
        Assert.Equal(RunResult.NoExitCode, result.ExitCode);
        Assert.StartsWith(
            "Domain crashed: The guest has no handler: PageFault (vector 14, error code 2, address 0000000000000000) at inner+0x2.\n",
            result.Reason,
            StringComparison.Ordinal);
        Assert.Contains("cs e033  ss e02b", result.Reason, StringComparison.Ordinal);
        Assert.Contains("kernel mode", result.Reason, StringComparison.Ordinal);
        var backtrace = result.Reason![result.Reason!.IndexOf("Backtrace", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal(["inner+0x2", "outer+0x5", "inner"], backtrace[1..4]);
    }

    [Fact]
    public void BadStack_CrashesInsteadOfLooping()
    {
        var result = Run(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.PageFault, 0, handler);
            guest.mov(rsp, 0x1000);
            guest.push(rax);
            guest.Place(ref handler, "handler");
        });
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
        Assert.Contains("kernel stack cannot take the frame", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void StackInTheHypervisor_Crashes()
    {
        var result = Run(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.InvalidOpcode, 0, handler);
            guest.mov(rsp, MachineToPhysical.VirtualStart + 0x800);
            guest.ud2();
            guest.Place(ref handler, "handler");
        });
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
    }

    [Fact]
    public void FaultingHandler_RunsOutOfStack()
    {
        var result = Run(
            guest =>
            {
                var handler = guest.CreateLabel();
                guest.SetTrap(ExceptionVector.InvalidOpcode, 0, handler);
                guest.Place(ref handler, "handler");
                guest.ud2();
            },
            limit: 0);
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
    }

    [Fact]
    public void FaultStormWithoutProgress_ReachesTheLimit()
    {
        var result = Run(guest =>
        {
            var handler = guest.CreateLabel();
            guest.SetTrap(ExceptionVector.PageFault, 0, handler);
            guest.Place(ref handler, "handler");
            guest.mov(rsp, MicroGuest.KernelStack);
            guest.mov(eax, __dword_ptr[0x10]);
        });
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Contains("limit", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(0xffff_8000_0000_0000ul)]
    [InlineData(0x8000_0000_0000_0000ul)]
    [InlineData(ulong.MaxValue - 7)]
    [InlineData(MicroGuest.VirtualBase + 0x40_0000 - 8)]
    public void WildPointers_NeverHurt(ulong pointer)
    {
        using var host = TestHost.Idle();
        for (var number = 0u; number < 64; number++)
        {
            for (var command = 0ul; command < 16; command++)
            {
                if (number == (uint)HypercallNumber.Iret)
                {
                    continue;
                }

                host.Call((HypercallNumber)number, command, pointer, pointer, pointer, pointer);
                host.Call((HypercallNumber)number, pointer, command, pointer, DomainIds.Self, pointer);
                PagingOracleEvery(host, number);
            }
        }
    }

    [Fact]
    public void HugeCounts_EndWithTheLimit()
    {
        foreach (var number in (ReadOnlySpan<HypercallNumber>)[HypercallNumber.MmuUpdate, HypercallNumber.MmuextOp, HypercallNumber.Multicall])
        {
            var result = Run(guest => guest.Hypercall(number, MicroGuest.Scratch, 0x7fff_ffff, 0, DomainIds.Self), limit: 2000);
            Assert.NotEqual(RunOutcome.ShutDown, result.Outcome);
        }
    }

    [Fact]
    public void EndlessConsoleWrite_IsCutIntoSlices()
    {
        var result = Run(guest =>
        {
            guest.Hypercall(HypercallNumber.ConsoleIo, 0, 0x10000, MicroGuest.ImageBase);
            guest.Report();
            guest.Shutdown();
        });
        Assert.Equal(RunOutcome.ShutDown, result.Outcome);
        Assert.Equal(16, result.Hypercalls["console_io"]);
    }

    [Fact]
    public void ReturnToUserWithoutTables_Crashes()
    {
        var result = Run(guest =>
        {
            var user = guest.CreateLabel();
            guest.EnterUser(user);
            guest.Place(ref user, "user");
        });
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
        Assert.Contains("no user page tables", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void IretFromAnUnmappedStack_Crashes()
    {
        var result = Run(guest =>
        {
            guest.mov(rsp, 0x5000);
            guest.mov(eax, (int)HypercallNumber.Iret);
            guest.syscall();
        });
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
        Assert.Contains("iret context", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void BlockWithNothingArmed_IsADeadlock()
    {
        var result = Run(guest => guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0), limit: 0);
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Contains("deadlock", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void BlockWithAnUnboundPeriodicTimer_IsADeadlock()
    {
        var result = Run(
            guest =>
            {
                guest.Store(MicroGuest.Data, 1_000_000);
                guest.Hypercall(HypercallNumber.VcpuOp, (ulong)VcpuOperation.SetPeriodicTimer, 0, MicroGuest.Data);
                guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0);
            },
            limit: 0);
        Assert.Contains("deadlock", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void EventWithoutCallback_Crashes()
    {
        var result = Run(guest =>
        {
            guest.BindTimer();
            guest.SetTimer(1000);
            guest.Hypercall(HypercallNumber.SchedOp, (ulong)SchedulerOperation.Block, 0);
        });
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
        Assert.Contains("event callback", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void EndlessLoop_CanBeCancelled()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var image = MicroGuest.Build(guest =>
        {
            var loop = guest.CreateLabel();
            guest.Place(ref loop, "loop");
            guest.jmp(loop);
        });
        var result = new ParavirtTechnique().Run(new RunRequest(image) { MemoryBytes = TestHost.MemoryBytes, Cancellation = source.Token });
        Assert.Equal(RunOutcome.Stopped, result.Outcome);
        Assert.Contains("cancelled", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ReportedCrash_IsACrash()
    {
        var result = Run(guest => guest.Shutdown(ShutdownReason.Crash));
        Assert.Equal(RunOutcome.Crashed, result.Outcome);
    }

    private static void PagingOracleEvery(TestHost host, uint number)
    {
        if (number % 16 == 0)
        {
            PagingOracle.Check(host);
        }
    }
}
