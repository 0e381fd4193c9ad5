using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Oracles;

namespace ParaKit.EndToEnd.Tests;

/// <summary>The same images on machines that nobody here wrote: QEMU's for the native one, real Xen for the paravirtual one.</summary>
public sealed class OracleTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [QemuFact]
    public void NativeImage_OnQemu_PrintsTheSameChecks()
    {
        ChildProcess.Outcome outcome = ChildProcess.Run(
            InstalledOracles.Qemu,
            [
                "-accel", "tcg", "-cpu", "max", "-m", "64", "-no-reboot", "-display", "none", "-serial", "stdio", "-monitor", "none",
                "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-kernel", BuildOutput.SampleImagePath("native"),
            ],
            limit: s_limit);
        Assert.Equal(Expected("native"), ConsoleText.Checks(outcome.Output));
        Assert.Equal(1, outcome.ExitCode); // twice the kernel's exit code, plus one
    }

    [XenFact]
    public void ParavirtualImage_OnRealXen_PrintsTheSameChecks()
    {
        (string[] lines, string end) = RealXen.Run(BuildOutput.SampleImagePath("paravirt"));
        Assert.StartsWith("halted", end, StringComparison.Ordinal);
        Assert.Equal(Expected("paravirt"), lines.Where(l => l.StartsWith("CHECK ", StringComparison.Ordinal)));
    }

    [XenFact]
    public void Frames_OnRealXen_GoAndComeBackZeroed()
    {
        (string[] lines, _) = RealXen.Run(BuildOutput.SampleImagePath("paravirt"), "quick give-up=64 offer=16");
        Assert.Contains("GIVE-UP PASS 64", lines);

        // Xen has no such command: pages stay the kernel's own.
        Assert.Contains("OFFER shared 0", lines);
        Assert.Contains("OFFER PASS 16", lines);
    }

    private static string[] Expected(string technique)
    {
        Assert.True(TechniqueTable.TryFind(technique, out ITechnique? found));
        return ConsoleText.Checks(found.Run(new RunRequest(BuildOutput.SampleImage(technique))).Console);
    }
}
