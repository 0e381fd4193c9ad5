using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.EndToEnd.Tests;

/// <summary>
/// The sample under a hypervisor that is itself a guest. Goldberg 1973, "Architecture of Virtual Machines", recursive structure; Ben-Yehuda et al. 2010,
/// "The Turtles Project": every exit of the inner guest becomes several of the outer hypervisor.
/// </summary>
public sealed class NestedVirtualizationTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const ulong Outer = 160 << 20;

    [Fact]
    public void Sample_SeesTheSameAtDepthOneAndTwo()
    {
        RunResult one = new HardwareTechnique().Run(new RunRequest(Sample()) { CommandLine = "programs=5" });
        RunResult two = Nested("programs=5");
        Assert.Equal((RunOutcome.ShutDown, 0), (one.Outcome, one.ExitCode));
        Assert.True(two.Outcome == RunOutcome.ShutDown, two.Reason + two.Console);
        Assert.Equal(one.Console, two.Console);
        Assert.Equal(one.ExitCode, two.ExitCode);
    }

    [Fact]
    public void Exits_Multiply()
    {
        RunResult one = new HardwareTechnique().Run(new RunRequest(Sample()));
        RunResult two = Nested("");
        var (first, second) = (one.Exits.Values.Sum(), two.Exits.Values.Sum());
        var reflected = two.HardwareAssist["exits handed to the guest"];
        output.WriteLine($"exits: {first} at depth 1, {second} at depth 2, of which {reflected} handed to the guest; monitor cycles {one.MonitorCycles} and {two.MonitorCycles}");

        // An access to a port: out of the inner guest, VMRUN of the outer, and the access that it does itself.
        Assert.True(two.Exits["PortAccess"] >= 2 * one.Exits["PortAccess"], $"{two.Exits["PortAccess"]} and {one.Exits["PortAccess"]}");
        Assert.Equal(reflected, two.Exits["VirtualMachineRun"]);
        Assert.InRange((double)second / first, 2, 4);
    }

    [Fact]
    public void WithoutTheOption_TheGuestFindsNoVirtualization()
    {
        RunResult result = new HardwareTechnique().Run(Request("", isNested: false));
        Assert.NotEqual(0, result.ExitCode);
    }

    private static RunResult Nested(string commandLine) => new HardwareTechnique().Run(Request(commandLine, isNested: true));

    private static RunRequest Request(string commandLine, bool isNested)
    {
        string path = Path.Join(BuildOutput.Root, "artifacts", "bin", "Visor", BuildOutput.Configuration.ToLowerInvariant(), "Visor.native.elf");
        return new RunRequest(KernelImage.Load(File.ReadAllBytes(path), "Visor"))
        {
            MemoryBytes = Outer,
            CommandLine = commandLine,
            NestedVirtualization = isNested,
            MaxInstructions = 2_000_000_000,
            Modules = [File.ReadAllBytes(BuildOutput.SampleImagePath("native"))],
        };
    }

    private static KernelImage Sample() => BuildOutput.SampleImage("native");
}
