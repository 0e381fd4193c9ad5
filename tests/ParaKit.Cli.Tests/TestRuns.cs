using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests;

/// <summary>Hand-made results of runs.</summary>
internal static class TestRuns
{
    internal static RunResult Native => new()
    {
        Technique = "native",
        Outcome = RunOutcome.ShutDown,
        ExitCode = 0,
        Console = "Hello\nCHECK pages 12\nCHECK sum 0xABCD\n",
        Instructions = 1_234_567,
        Exits = new Dictionary<string, long>(),
        Hypercalls = new Dictionary<string, long>(),
        ModelledCycles = 2_345_678,
        IdleCycles = 45_678,
        Wall = TimeSpan.FromMilliseconds(125),
    };

    internal static RunResult Paravirt => Native with
    {
        Technique = "paravirt",
        Instructions = 1_240_000,
        Exits = new Dictionary<string, long> { ["Timer"] = 10, ["Hypercall"] = 1_500, ["PageFault"] = 3 },
        Hypercalls = new Dictionary<string, long> { ["sched_op"] = 1_400, ["console_io"] = 100 },
        ModelledCycles = 3_000_000,
        MonitorCycles = 600_000,
        Wall = TimeSpan.FromMilliseconds(250),
    };

    internal static RunResult Crashed => Paravirt with
    {
        Outcome = RunOutcome.Crashed,
        ExitCode = RunResult.NoExitCode,
        Console = "Hello\nCHECK pages 13\n",
        Reason = "Domain crashed: <bad> page table [0x1000]\n  rip ffffffff80100000  kernel_main+0x4\n",
    };

    internal static TechniqueRun Of(RunResult result)
    {
        var file = result.Technique == "paravirt" ? TestImages.Paravirt : TestImages.Native;
        return new TechniqueRun(TestImages.Load(file, $"Guest.{result.Technique}.elf"), result);
    }
}
