using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Oracles;

namespace ParaKit.EndToEnd.Tests;

/// <summary>gdb on a running kernel shows C#: the images keep symbols and line numbers that somebody else's debugger understands.</summary>
public sealed class DebuggerTests
{
    [GdbFact]
    public void Breakpoint_InTheKernel_ShowsTheSourceLine()
    {
        string machine = $"exec {InstalledOracles.Qemu} -accel tcg -cpu max -m 64 -no-reboot -display none -serial null -monitor none -S -gdb stdio "
            + $"-kernel {BuildOutput.SampleImagePath("native")}";
        ChildProcess.Outcome outcome = ChildProcess.Run(
            InstalledOracles.Gdb,
            [
                "-batch", "-nx", "-ex", "set pagination off", "-ex", "set confirm off", "-ex", $"file {BuildOutput.SampleImagePath("native")}",
                "-ex", $"target remote | {machine}", "-ex", "hbreak Guest_Frames__Initialize", "-ex", "continue", "-ex", "backtrace", "-ex", "kill",
            ],
            limit: TimeSpan.FromMinutes(1));
        Assert.Matches(@"Guest_Frames__Initialize.* at /guest/Memory/Frames\.cs:\d+", outcome.Output);
        Assert.Matches(@"#1 .*Main.* at /guest/Kernel\.cs:\d+", outcome.Output);
    }
}
