using System.Text;
using ParaKit.Cli.Tests.Auditing;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Oracles;

namespace ParaKit.Cli.Tests.Porting;

/// <summary>The sample, ported without a hand on it, is the kernel that the generator makes of it.</summary>
public sealed class SamplePortTests : IDisposable
{
    private readonly GuestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PortedSample_BuildsWithoutRewriting_AndDoesTheSame()
    {
        var sample = Path.Join(GuestFolder.RepositoryRoot, "sample-guest");
        var ported = _folder.Path("kernel/ported");
        var (exitCode, _, error) = await RunAsync("port", sample, "--output", ported, "--configuration", GuestFolder.Configuration);
        Assert.True(exitCode == 0, error);

        string[] run = ["--technique", "paravirt", "--configuration", GuestFolder.Configuration];
        var made = await RunAsync(["run", ported, .. run]);
        var generated = await RunAsync(["run", sample, "--no-build", .. run]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("CHECK checksum 0x", made.Output, StringComparison.Ordinal);
        Assert.Equal((generated.ExitCode, generated.Output), (made.ExitCode, made.Output));
        Assert.False(File.Exists(Path.Join(_folder.Folder, "kernel", "artifacts", "bin", "Guest", GuestFolder.Configuration.ToLowerInvariant(), "Guest.native.elf")));
    }

    /// <summary>Two kernels of one solution, one with a file in common: the ported solution is built as a whole, and both kernels count the same.</summary>
    [Fact]
    public async Task PortedSolution_BuildsWithoutRewriting_AndDoesTheSame()
    {
        foreach (var (name, text) in Solution)
        {
            _folder.Write(name, text);
        }

        _folder.WriteProject("all/first/First.csproj");
        _folder.WriteProject("all/second/Second.csproj");
        string[] kernels = ["first", "second"];
        string[] run = ["--technique", "paravirt", "--configuration", GuestFolder.Configuration];
        Dictionary<string, (int ExitCode, string Output, string Error)> generated = [];
        foreach (var kernel in kernels)
        {
            generated[kernel] = await RunAsync(["run", _folder.Path($"all/{kernel}"), .. run]);
        }

        var (exitCode, _, error) = await RunAsync("port", _folder.Path("all"), "--output", _folder.Path("ported"), "--configuration", GuestFolder.Configuration);
        Assert.True(exitCode == 0, error);
        ChildProcess.Outcome build = ChildProcess.Run("dotnet", ["build", _folder.Path("ported/All.slnx"), "-c", GuestFolder.Configuration, "--nologo", "-v", "q"]);
        Assert.True(build.ExitCode == 0, build.Output);
        foreach (var kernel in kernels)
        {
            Assert.Contains("<ParaKitRewrite>false</ParaKitRewrite>", string.Concat(Directory.GetFiles(_folder.Path($"ported/{kernel}"), "*.csproj").Select(File.ReadAllText)), StringComparison.Ordinal);
            var made = await RunAsync(["run", _folder.Path($"ported/{kernel}"), "--no-build", .. run]);
            Assert.Contains($"{kernel} 0x", made.Output, StringComparison.Ordinal);
            Assert.Equal((generated[kernel].ExitCode, generated[kernel].Output), (made.ExitCode, made.Output));
        }
    }

    private static IEnumerable<(string Name, string Text)> Solution =>
    [
        ("all/All.slnx", "<Solution><Project Path=\"first/First.csproj\" /><Project Path=\"second/Second.csproj\" /></Solution>"),
        ("all/Directory.Build.props", "<Project><PropertyGroup><ParaKitModes>paravirt</ParaKitModes></PropertyGroup></Project>"),
        ("all/first/Kernel.cs", Kernel("first", "X86.ReadCr3() == 0 ? 1UL : sum * 31")),
        ("all/second/Kernel.cs", Kernel("second", "Flagged(sum) + 7")),
        ("all/second/Flags.cs", """
            using ParaKit.Guest;

            internal static partial class Kernel
            {
                private static ulong Flagged(ulong sum)
                {
                    ulong flags = X86.Pushf();
                    X86.Cli();
                    ulong masked = X86.Pushf() & TrapFrame.InterruptFlag;
                    X86.Popf(flags);
                    return (sum * 3) + masked;
                }
            }
            """),
    ];

    private static string Kernel(string name, string step) => $$"""
        using System.Runtime;
        using ParaKit.Guest;

        internal static partial class Kernel
        {
            [RuntimeExport("kernel_main")]
            private static void Main(ulong boot)
            {
                Platform.Initialize(boot);
                ulong sum = 1;
                for (int i = 0; i < 100; i++)
                {
                    sum = {{step}};
                }

                Console.Write("{{name}} ");
                Console.WriteHex(sum);
                Console.Write("\n");
                Platform.Shutdown(0);
            }
        }
        """;

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var exitCode = await new Application(new Terminal(output, error), TechniqueTable.All).RunAsync(arguments);
        return (exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
