using System.Text.Json.Nodes;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Cli.Tests.Rendering;

namespace ParaKit.Cli.Tests.Porting;

[UsesVerify]
public sealed class PortCommandTests : IDisposable
{
    private readonly GuestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DryRun_PrintsADiffAndWritesNothing()
    {
        WriteGuest();
        Dictionary<string, string> before = Files();
        using CommandLine text = new(), json = new();
        Assert.Equal(0, await text.RunAsync("port", _folder.Path("Small"), "--dry-run"));
        Assert.Contains("Round 1: calls", text.Error, StringComparison.Ordinal);
        Assert.EndsWith("17 calls made explicit in 1 source files; nothing is written.\n", text.Error, StringComparison.Ordinal);
        Assert.Equal(before, Files());
        await Verifier.Verify(text.Output.Replace(GuestFolder.RepositoryRoot, "{repository}", StringComparison.Ordinal));

        Assert.Equal(0, await json.RunAsync("port", _folder.Path("Small"), "--dry-run", "--json", "--no-restore"));
        JsonNode document = JsonNode.Parse(json.Output)!;
        Assert.Empty(JsonSchema.ForPortReport().Problems(document));
        Assert.Equal(text.Output, document["diff"]!.GetValue<string>());
        Assert.Null(document["writtenTo"]);
        Assert.Equal(1, document["fixes"]!["PK0003"]!.GetValue<int>());
    }

    [Fact]
    public async Task InPlace_SecondPort_ChangesNothingMore()
    {
        WriteGuest();
        using CommandLine first = new(), second = new();
        Assert.Equal(0, await first.RunAsync("port", _folder.Path("Small"), "--in-place"));
        Dictionary<string, string> ported = Files();
        Assert.Contains("Operations.Twice(ref counter, 7)", ported["Kernel.cs"], StringComparison.Ordinal);
        Assert.Equal(0, await second.RunAsync("port", _folder.Path("Small"), "--in-place"));
        Assert.StartsWith("0 calls made explicit in 0 source files; written to ", second.Output, StringComparison.Ordinal);
        Assert.Equal(ported, Files());
    }

    [Fact]
    public async Task WhatCannotBeWritten_IsLeftAndListed()
    {
        _folder.WriteProject("Small/Small.csproj");
        _folder.Write("Small/Devices.cs", PortedGuest.Devices);
        _folder.Write("Small/Kernel.cs", """
            using ParaKit.Guest;
            internal static unsafe class Kernel
            {
                private static void Main(Device device)
                {
                    X86.Sti();
                    device?.Reset();
                    Device? again = device?.Reset(2)?.Reset(3, 4);
                    delegate*<void> address = &X86.Cli;
                }
            }
            """);
        using CommandLine cli = new();
        Assert.Equal(1, await cli.RunAsync("port", _folder.Path("Small"), "--output", _folder.Path("Ported")));
        Assert.Contains("4 calls made explicit in 1 source files; written to ", cli.Output, StringComparison.Ordinal);
        Assert.Contains("X86.Cli: ", cli.Error, StringComparison.Ordinal);
        Assert.EndsWith("parakit: error: 1 use(s) of sensitive operations are left to change by hand.\n", cli.Error, StringComparison.Ordinal);
        string ported = await File.ReadAllTextAsync(_folder.Path("Ported/Kernel.cs"));
        Assert.Contains("ParavirtualX86.Sti();", ported, StringComparison.Ordinal);
        Assert.DoesNotContain("?.", ported, StringComparison.Ordinal);
        Assert.Contains("if (device is { } self)", ported, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Solution_EveryKernelIsPorted_AndTheRestIsCopied()
    {
        foreach (string name in (string[])["First", "Second"])
        {
            _folder.WriteProject($"All/{name}/{name}.csproj");
            _folder.Write($"All/{name}/Kernel.cs", $"internal static class Kernel {{ private static void Main() => ParaKit.Guest.X86.{(name == "First" ? "Sti" : "Cli")}(); }}");
        }

        _folder.Write("All/App/App.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        _folder.Write("All/App/App.cs", "class App { }");
        _folder.Write("All/All.slnx", "<Solution><Project Path=\"App/App.csproj\" /><Project Path=\"First/First.csproj\" /><Project Path=\"Second/Second.csproj\" /></Solution>");
        using CommandLine cli = new();
        Assert.Equal(0, await cli.RunAsync("port", _folder.Path("All"), "--output", _folder.Path("Ported")));
        Assert.Contains("2 calls made explicit in 2 source files; written to ", cli.Output, StringComparison.Ordinal);
        Assert.Contains("ParavirtualX86.Sti()", await File.ReadAllTextAsync(_folder.Path("Ported/First/Kernel.cs")), StringComparison.Ordinal);
        Assert.Contains("ParavirtualX86.Cli()", await File.ReadAllTextAsync(_folder.Path("Ported/Second/Kernel.cs")), StringComparison.Ordinal);
        Assert.Contains("<ParaKitRewrite>false</ParaKitRewrite>", await File.ReadAllTextAsync(_folder.Path("Ported/Second/Second.csproj")), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.Path("Ported/All.slnx")) && File.Exists(_folder.Path("Ported/App/App.cs")));
    }

    [Theory]
    [InlineData]
    [InlineData("--dry-run", "--in-place")]
    [InlineData("--dry-run", "--output", "x")]
    public async Task Destination_IsOne(params string[] options)
    {
        using CommandLine cli = new();
        Assert.Equal(2, await cli.RunAsync(["port", _folder.Folder, .. options]));
        Assert.StartsWith("parakit: error: Say where the port goes: one of --output, --in-place and --dry-run.\n", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_WithSomethingInIt_IsRefused()
    {
        WriteGuest();
        _folder.Write("Ported/keep.txt", "mine");
        using CommandLine full = new(), inside = new();
        Assert.Equal(2, await full.RunAsync("port", _folder.Path("Small"), "--output", _folder.Path("Ported")));
        Assert.EndsWith("Ported' is not an empty folder; a port overwrites nothing.\n", full.Error, StringComparison.Ordinal);
        Assert.Equal(["keep.txt"], Directory.GetFileSystemEntries(_folder.Path("Ported")).Select(Path.GetFileName));

        Assert.Equal(2, await inside.RunAsync("port", _folder.Path("Small"), "--output", _folder.Path("Small/Ported")));
        Assert.EndsWith("lies within the project, whose build would compile it as well.\n", inside.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<Project><Import Project=\"missing.props\" /></Project>", "class A { }", "error MSB4019:")]
    [InlineData(null, "class A { void M() => Missing(); }", "Kernel.cs(1,23): error CS0103: The name 'Missing' does not exist in the current context\n")]
    [InlineData("<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>", "class A { }", "is not a guest")]
    public async Task ProjectThatDoesNotLoadOrCompile_ChangesNothing(string? project, string source, string error)
    {
        _folder.WriteProject("Small/Small.csproj");
        if (project is not null)
        {
            _folder.Write("Small/Small.csproj", project);
        }

        _folder.Write("Small/Kernel.cs", source);
        Dictionary<string, string> before = Files();
        using CommandLine cli = new();
        Assert.Equal(2, await cli.RunAsync("port", _folder.Path("Small"), "--in-place"));
        Assert.Contains(error, cli.Error, StringComparison.Ordinal);
        Assert.Empty(cli.Output);
        Assert.Equal(before, Files());
    }

    /// <summary>Without its analyzers a guest lacks generated code, and its source would be blamed for that.</summary>
    [Fact]
    public async Task AnalyzersThatAreNotBuilt_AreNamed()
    {
        WriteGuest();
        using CommandLine first = new(), second = new();
        Assert.Equal(0, await first.RunAsync("port", _folder.Path("Small"), "--dry-run"));
        _folder.Write("Directory.Build.targets", """<Project><ItemGroup><Analyzer Include="/nowhere/Missing.dll" /></ItemGroup></Project>""");
        Assert.Equal(2, await second.RunAsync("port", _folder.Path("Small"), "--dry-run", "--no-restore"));
        Assert.Contains("/nowhere/Missing.dll\n", second.Error, StringComparison.Ordinal);
        Assert.Contains("refers to analyzers that are not built: build it once.", second.Error, StringComparison.Ordinal);
    }

    private void WriteGuest()
    {
        _folder.WriteProject("Small/Small.csproj");
        _folder.Write("Small/Kernel.cs", PortedGuest.Kernel);
        _folder.Write("Small/Devices.cs", PortedGuest.Devices);
    }

    private Dictionary<string, string> Files() =>
        Directory.GetFiles(_folder.Path("Small")).ToDictionary(file => Path.GetFileName(file)!, File.ReadAllText);
}
