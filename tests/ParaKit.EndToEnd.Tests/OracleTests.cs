using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.EndToEnd.Tests;

/// <summary>The same images on machines that nobody here wrote: QEMU's for the native one, real Xen for the paravirtual one.</summary>
public sealed class OracleTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [QemuFact]
    public void NativeImage_OnQemu_PrintsTheSameChecks()
    {
        ChildProcess.Outcome outcome = ChildProcess.Run(
            Oracles.Qemu,
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
        // The two domains of Xen 4.17's console output: lines of Xen start with "(XEN)". It ends with a halt or a crash report.
        ChildProcess.Outcome outcome = ChildProcess.Run(
            Oracles.Qemu,
            [
                "-accel", "tcg", "-cpu", "max", "-m", "512", "-no-reboot", "-nographic", "-monitor", "none", "-serial", "stdio", "-net", "none",
                "-kernel", Oracles.Xen!, "-initrd", BuildOutput.SampleImagePath("paravirt"),
                "-append", "loglvl=all guest_loglvl=all com1=115200,8n1 console=com1 noreboot dom0_mem=64M",
            ],
            limit: s_limit,
            isDone: line => line.Contains("Hardware Dom0", StringComparison.Ordinal));
        Assert.Contains("Hardware Dom0 halted", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(Expected("paravirt"), ConsoleText.Checks(outcome.Output));
    }

    private static string[] Expected(string technique)
    {
        Assert.True(TechniqueTable.TryFind(technique, out ITechnique? found));
        return ConsoleText.Checks(found.Run(new GuestRun(BuildOutput.SampleImage(technique))).Console);
    }
}
