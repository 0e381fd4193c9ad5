using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Oracles;

namespace ParaKit.EndToEnd.Tests;

/// <summary>One source on several processors: natively, with hardware assist, as a domain, and on QEMU's machine.</summary>
public sealed class SmpTests
{
    private const int Rounds = 2000;

    /// <summary>Counters lose nothing, and no processor sees a page that it must not see any more.</summary>
    [Theory]
    [InlineData("native", 1)]
    [InlineData("native", 2)]
    [InlineData("native", 4)]
    [InlineData("native", 32)]
    [InlineData("trap", 1)]
    [InlineData("trap", 2)]
    [InlineData("trap", 4)]
    [InlineData("translate", 1)]
    [InlineData("translate", 2)]
    [InlineData("translate", 4)]
    [InlineData("hardware", 1)]
    [InlineData("hardware", 2)]
    [InlineData("hardware", 4)]
    [InlineData("paravirt", 1)]
    [InlineData("paravirt", 2)]
    [InlineData("paravirt", 4)]
    public void Team_CountsTogether_AndForgetsTogether(string technique, int processors)
    {
        RunResult result = Run(technique, processors, "");
        Assert.True((result.Outcome, result.ExitCode) == (RunOutcome.ShutDown, 0), result.Reason + result.Console);
        Assert.Equal(Expected(processors), Lines(result.Console));
        Assert.Equal(result.Instructions, Run(technique, processors, "").Instructions);
    }

    /// <summary>The threads that experiments run on virtual processors do the same work natively and with hardware assist, and on more processors in less time.</summary>
    [Theory]
    [InlineData("native")]
    [InlineData("trap")]
    [InlineData("hardware")]
    public void Threads_AreFasterOnMoreProcessors(string technique)
    {
        RunResult[] results = [.. new[] { 1, 2, 4 }.Select(processors => Run(technique, processors, "role=threads"))];
        Assert.All(results, result => Assert.Contains("UNITS 800", result.Console, StringComparison.Ordinal));
        Assert.InRange(results[1].ModelledCycles, 0.5 * results[0].ModelledCycles, 0.65 * results[0].ModelledCycles);
        Assert.InRange(results[2].ModelledCycles, 0.25 * results[0].ModelledCycles, 0.6 * results[0].ModelledCycles);
    }

    /// <summary>The sample, which has page tables of its own by then, has its threads run on all processors, and does not lose a unit of work.</summary>
    [Theory]
    [InlineData("native")]
    [InlineData("trap")]
    [InlineData("translate")]
    [InlineData("hardware")]
    [InlineData("paravirt")]
    public void Sample_SchedulesThreadsOverProcessors(string technique)
    {
        Assert.True(TechniqueTable.TryFind(technique, out ITechnique? found));
        RunResult result = found.Run(new RunRequest(BuildOutput.SampleImage(technique)) { Vcpus = 4, CommandLine = "team=16" });
        Assert.True((result.Outcome, result.ExitCode) == (RunOutcome.ShutDown, 0), result.Reason + result.Console);
        Assert.Contains("TEAM PASS 1600 units by 4 processors", result.Console, StringComparison.Ordinal);
    }

    /// <summary>Time of the guest, its monitors and waiting is all the time of all processors.</summary>
    [Fact]
    public void Hardware_ExitsForTheApic_AndNoTimeIsLost()
    {
        RunResult one = Run("hardware", 1, "");
        Assert.False(one.Exits.ContainsKey("ApicAccess"));
        RunResult four = Run("hardware", 4, "");
        Assert.Equal(4, four.Cpus);
        Assert.True(four.Exits["ApicAccess"] > 3 * 6, string.Join(", ", four.Exits));
        Assert.False(four.Exits.ContainsKey("DeviceAccess"));
        Assert.True(four.HardwareAssist["interrupts injected"] >= 6, string.Join(", ", four.HardwareAssist));
        Assert.InRange((4 * four.ModelledCycles) - four.MonitorCycles - four.IdleCycles, four.Instructions, 4 * four.ModelledCycles);
    }

    /// <summary>A kernel for one processor, with the 8259s and the 8254, finds what it knows on a machine with several.</summary>
    [Theory]
    [InlineData("native")]
    [InlineData("trap")]
    [InlineData("translate")]
    [InlineData("hardware")]
    public void KernelForOneProcessor_RunsOnTheFirst(string technique)
    {
        Assert.True(TechniqueTable.TryFind(technique, out ITechnique? found));
        var request = new RunRequest(BuildOutput.SampleImage(technique));
        RunResult several = found.Run(request with { Vcpus = 3 });
        Assert.True((several.Outcome, several.ExitCode) == (RunOutcome.ShutDown, 0), several.Reason + several.Console);
        Assert.Equal(ConsoleText.Checks(found.Run(request).Console), ConsoleText.Checks(several.Console));
    }

    /// <summary>Kernels at level 3 go wrong where nothing traps, on every processor; what was equal is not said to differ.</summary>
    [Fact]
    public void Trap_SeesWhatGoesWrongOnEachProcessor()
    {
        RunResult result = Run("trap", 4, "");
        Assert.Equal(["popf"], result.SilentFailures.Select(failure => failure.Name));
        Assert.Equal(3, result.SilentFailures[0].Count);
        Assert.True(result.Exits["Startup"] >= 3 * 10, string.Join(", ", result.Exits));
    }

    /// <summary>One cache of translations serves all: what one processor has had translated, others find.</summary>
    [Fact]
    public void Translate_TranslatesOnceForAll()
    {
        RunResult one = Run("translate", 1, "role=threads");
        RunResult two = Run("translate", 2, "role=threads");
        RunResult four = Run("translate", 4, "role=threads");
        Assert.Contains("UNITS 800", four.Console, StringComparison.Ordinal);
        Assert.InRange(four.Translation["units"], one.Translation["units"], 1.25 * two.Translation["units"]);
        Assert.InRange(four.ModelledCycles, 0, 0.8 * one.ModelledCycles);
    }

    [Fact]
    public void WhoCannot_SaysWhy()
    {
        using var machine = new OvercommittedMachine(new OvercommitOptions { MemoryBytes = 64 << 20 });
        var shared = new RunRequest(Image("native")) { Vcpus = 2, MemoryBytes = 16 << 20 };
        Assert.Contains("several processors need a guest with memory of its own", Assert.Throws<DomainBuildException>(() => machine.Start(shared)).Message, StringComparison.Ordinal);
        var request = new RunRequest(Image("native")) { Vcpus = 2, PatchSilent = true };
        Assert.Contains("one processor", Assert.Throws<DomainBuildException>(() => new TrapTechnique().Run(request)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("native", 33, 64ul, "1 to 32 processors")]
    [InlineData("hardware", 0, 64ul, "1 to 32 processors")]
    [InlineData("native", 2, 4096ul, "4078 MiB")]
    public void ImpossibleNumbers_AreRefused(string technique, int processors, ulong mebibytes, string reason)
    {
        var exception = Assert.Throws<DomainBuildException>(() => Run(technique, processors, "", mebibytes));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GuestsOfGuests_NeedOneProcessor()
    {
        var request = new RunRequest(Image("native")) { Vcpus = 2, NestedVirtualization = true };
        Assert.Contains("one processor", Assert.Throws<DomainBuildException>(() => new HardwareTechnique().Run(request)).Message, StringComparison.Ordinal);
    }

    [QemuFact]
    public void NativeImage_OnQemu_RunsOnFourProcessors()
    {
        Assert.Equal(Expected(4), Lines(OnQemu("")));
        Assert.Contains("UNITS 800", OnQemu("role=threads"), StringComparison.Ordinal);
        Assert.Contains("TEAM PASS 1600 units by 4 processors", OnQemu("quick team=16", BuildOutput.SampleImagePath("native")), StringComparison.Ordinal);
    }

    [XenFact]
    public void ParavirtualImage_OnRealXen_RunsOnFourProcessors()
    {
        (string[] lines, string end) = RealXen.Run(Path("paravirt"), cpus: 4);
        Assert.StartsWith("halted", end, StringComparison.Ordinal);
        Assert.Equal(Expected(4), lines);
        (lines, _) = RealXen.Run(BuildOutput.SampleImagePath("paravirt"), "quick team=16", cpus: 4);
        Assert.Contains(lines, line => line.StartsWith("TEAM PASS 1600 units by 4 processors", StringComparison.Ordinal));
    }

    private static string OnQemu(string commandLine, string? image = null)
    {
        ChildProcess.Outcome outcome = ChildProcess.Run(
            InstalledOracles.Qemu,
            [
                "-accel", "tcg", "-cpu", "max", "-smp", "4", "-m", "64", "-no-reboot", "-display", "none", "-serial", "stdio", "-monitor", "none",
                "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-kernel", image ?? Path("native"), "-append", commandLine,
            ],
            limit: TimeSpan.FromMinutes(2));
        Assert.Equal(1, outcome.ExitCode);
        return outcome.Output;
    }

    private static string[] Expected(int processors) =>
    [
        $"PROCESSORS {processors}", $"LOCKED {processors * Rounds}", $"GUARDED {processors * Rounds}", "STALE 0", $"WOKEN {processors - 1}",
    ];

    private static string[] Lines(string console) =>
        [.. console.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Where(line => char.IsAsciiDigit(line[^1]))];

    private static RunResult Run(string technique, int processors, string commandLine, ulong mebibytes = 64)
    {
        Assert.True(TechniqueTable.TryFind(technique, out ITechnique? found));
        return found.Run(new RunRequest(Image(technique == "paravirt" ? "paravirt" : "native"))
        {
            Vcpus = processors,
            CommandLine = commandLine,
            MemoryBytes = mebibytes << 20,
            MaxInstructions = 400_000_000,
        });
    }

    private static KernelImage Image(string mode) => KernelImage.Load(File.ReadAllBytes(Path(mode)), System.IO.Path.GetFileName(Path(mode)));

    private static string Path(string mode) =>
        System.IO.Path.Join(BuildOutput.Root, "artifacts", "bin", "Smp", BuildOutput.Configuration.ToLowerInvariant(), $"Smp.{mode}.elf");
}
