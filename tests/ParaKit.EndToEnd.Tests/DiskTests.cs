using ParaKit.EndToEnd.Tests.Support;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.EndToEnd.Tests;

/// <summary>A kernel in C# with a disk that is a file.</summary>
public sealed class DiskTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Disk_IsWrittenAndRead_AndMistakesAreAnswered()
    {
        File.WriteAllBytes(_path, new byte[256 * 512]);
        RunResult result = Run(isReadOnly: false);
        Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
        Assert.StartsWith("sectors 256\n", result.Console, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", result.Console, StringComparison.Ordinal);
        Assert.Equal(15, result.Console.Split("PASS").Length - 1);
        Assert.Equal(8 * 4096, result.Devices["xvda bytes written"]);
        Assert.Equal((8 + 200) * 4096, result.Devices["xvda bytes read"]);
        Assert.Equal(8, result.Devices["xvda requests failed"]);
        byte[] file = File.ReadAllBytes(_path);
        Assert.Equal((8UL << 32) | 5, BitConverter.ToUInt64(file, (8 * 512) + (5 * 8)));
        Assert.All(file[(64 * 512)..], b => Assert.Equal(0, b));
    }

    [Fact]
    public void ReadOnlyDisk_StaysAsItIs()
    {
        File.WriteAllBytes(_path, new byte[256 * 512]);
        RunResult result = Run(isReadOnly: true);
        Assert.StartsWith("sectors 256, read-only\nFAIL pages are written\n", result.Console, StringComparison.Ordinal);
        Assert.All(File.ReadAllBytes(_path), b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    public void DiskWithoutASector_IsRefused(int bytes)
    {
        File.WriteAllBytes(_path, new byte[bytes]);
        Assert.Contains("has no whole sector", Assert.Throws<DomainBuildException>(() => Run(isReadOnly: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DiskThatIsNotThere_IsRefused()
    {
        File.Delete(_path);
        Assert.Contains(_path, Assert.Throws<DomainBuildException>(() => Run(isReadOnly: false)).Message, StringComparison.Ordinal);
    }

    /// <summary>One kernel source: by ATA where it believes in a machine, by a ring where it is paravirtual.</summary>
    [Fact]
    public void SampleFindsTheSameOnItsDisk_InEveryTechnique()
    {
        byte[] content = new byte[512 * 1024];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(_path, content);
        string[] lines = [.. TechniqueTable.All.Select(DiskLine)];
        Assert.StartsWith("CHECK disk 0x", lines[0], StringComparison.Ordinal);
        Assert.Single(lines.Distinct());
        Assert.Equal(content, File.ReadAllBytes(_path));
    }

    private string DiskLine(ITechnique technique)
    {
        RunResult result = technique.Run(new RunRequest(BuildOutput.SampleImage(technique.Name)) { CommandLine = "disk", Disks = [new DiskOptions(_path, IsReadOnly: false)] });
        Assert.True(result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }, result.Reason);
        return result.Console.Split('\n').Last(line => line.StartsWith("CHECK disk", StringComparison.Ordinal));
    }

    [Fact]
    public void TwoRuns_AreTheSameInEveryCount()
    {
        File.WriteAllBytes(_path, new byte[256 * 512]);
        RunResult first = Run(isReadOnly: false);
        RunResult second = Run(isReadOnly: false);
        Assert.Equal((first.Instructions, first.ModelledCycles, first.Console), (second.Instructions, second.ModelledCycles, second.Console));
    }

    /// <summary>More than both rings hold, in both directions.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    public void Console_EchoesOverItsRings(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26)))) + ".";
        RunResult result = new ParavirtTechnique().Run(Request() with { CommandLine = "echo", ConsoleInput = System.Text.Encoding.ASCII.GetBytes(text) });
        Assert.Equal("what? " + text, result.Console);
        Assert.Equal((RunOutcome.ShutDown, 0), (result.Outcome, result.ExitCode));
    }

    private RunResult Run(bool isReadOnly) => new ParavirtTechnique().Run(Request() with { Disks = [new DiskOptions(_path, isReadOnly)] });

    private static RunRequest Request()
    {
        string path = Path.Join(BuildOutput.Root, "artifacts", "bin", "Disk", BuildOutput.Configuration.ToLowerInvariant(), "Disk.paravirt.elf");
        return new RunRequest(KernelImage.Load(File.ReadAllBytes(path), "Disk")) { MaxInstructions = 200_000_000 };
    }
}
