using ParaKit.Abi;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Techniques;

public sealed class ParavirtTechniqueTests
{
    private static RunResult Run(Action<MicroGuest> body, long limit = 1_000_000) =>
        new ParavirtTechnique().Run(new RunRequest(MicroGuest.Build(body)) { MemoryBytes = TestHost.MemoryBytes, MaxInstructions = limit });

    [Fact]
    public void Shutdown_ReasonBecomesExitCode()
    {
        var result = Run(guest => guest.Shutdown(ShutdownReason.Reboot));
        Assert.Null(result.Reason);
        Assert.Equal(RunOutcome.ShutDown, result.Outcome);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(1, result.Hypercalls["sched_op"]);
        Assert.Equal(1, result.Exits["Hypercall"]);
    }

    [Fact]
    public void Console_IsCollectedAndCounted()
    {
        var result = Run(guest =>
        {
            guest.Store(MicroGuest.Data, 0x0a6f6c6c6548);
            guest.Hypercall(HypercallNumber.ConsoleIo, (ulong)ConsoleOperation.Write, 6, MicroGuest.Data);
            guest.Shutdown();
        });
        Assert.Equal("Hello\n", result.Console);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(1, result.Hypercalls["console_io"]);
    }
}
