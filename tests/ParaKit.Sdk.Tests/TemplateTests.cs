using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ParaKit.Oracles;
using ParaKit.Sdk.Tests.Support;

namespace ParaKit.Sdk.Tests;

/// <summary>The templates and the packages that they name, from a feed, outside the repository.</summary>
[Collection(PackedSdkCollection.Name)]
public sealed class TemplateTests(PackedSdk sdk)
{
    // What the template's own tests do not use of ParaKit.Testing.
    private const string MoreTests = """"
        using ParaKit.Testing;

        public sealed class MoreTests
        {
            [Fact]
            public void Source_IsRewritten() => Assert.Equal("""
                Kernel.cs(2): C.M()
                  source       X86.Cli()
                  interceptor  [MethodImpl(MethodImplOptions.AggressiveInlining)]
                               internal static void X86_Cli() => global::ParaKit.Guest.Xen.ParavirtualX86.Cli();


                """, Rewriting.Of("using ParaKit.Guest;\nstatic class C { static void M() => X86.Cli(); }"));

            [Fact]
            public async Task State_IsThere()
            {
                using var run = await GuestRun.StartAsync("../Hello", "trap");
                Assert.True(run.Image.TryGetAddress("kernel_main", out var start));
                Assert.True(run.TryRead(start, out ulong code));
                Assert.NotEqual(0UL, code);
                Assert.NotEqual(0UL, run.Registers["rsp"]);
                Assert.True(run.Emulations["out"] > 0);
            }
        }
        """";

    [Fact]
    public void Templates_Build_Test_AndRun()
    {
        TemplateProjects made = sdk.Templates;
        File.WriteAllText(Path.Join(made.Tests, "MoreTests.cs"), MoreTests);
        string tests = TemplateProjects.Dotnet(made.Tests, "test", "--nologo");
        Assert.Contains("Failed:     0, Passed:     7, Skipped:     0", tests, StringComparison.Ordinal);

        TemplateProjects.Dotnet(made.Kernel, "tool", "restore");
        foreach (string technique in (string[])["native", "paravirt"])
        {
            string console = TemplateProjects.Dotnet(made.Kernel, "parakit", "run", ".", "--technique", technique, "--no-build", "-c", "Debug");
            Assert.Contains("Hello from Hello", console, StringComparison.Ordinal);
        }
    }

    /// <summary>F5 of the template: the commands of its launch.json, given to gdb, which starts QEMU.</summary>
    [GdbFact]
    public void Launch_StopsInTheKernel_AtItsSource()
    {
        TemplateProjects made = sdk.Templates;
        TemplateProjects.Dotnet(made.Kernel, "build", "--nologo");
        JsonNode launch = ReadWithComments(Path.Join(made.Kernel, ".vscode", "launch.json"))["configurations"]![0]!;
        Assert.Equal("build", (string?)launch["preLaunchTask"]);
        var map = launch["sourceFileMap"]!.AsObject().Single();
        string[] commands =
        [
            "set pagination off", "set confirm off", $"set substitute-path {map.Key} {Expand(map.Value, made.Kernel)}",
            .. launch["customLaunchSetupCommands"]!.AsArray().Select(command => Expand(command!["text"], made.Kernel)), "continue", "list", "kill",
        ];
        ChildProcess.Outcome outcome = ChildProcess.Run(
            InstalledOracles.Gdb, ["-batch", "-nx", .. commands.SelectMany(command => (string[])["-ex", command])], made.Kernel, TimeSpan.FromMinutes(1));
        Assert.Contains("Platform.Initialize(bootInformation);", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_NamesTheVersionsOfThisRepository()
    {
        var versions = XDocument.Load(Path.Join(PackedSdk.RepositoryRoot, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        var named = XDocument.Load(Path.Join(PackedSdk.RepositoryRoot, "src", "ParaKit.Templates", "content", "parakit-tests", "KernelTests1.csproj"))
            .Descendants("PackageReference").ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        Assert.True(named.Remove("ParaKit.Testing", out var own));
        Assert.Equal("PARAKIT_VERSION", own);
        Assert.All(named, package => Assert.Equal(versions[package.Key], package.Value));
    }

    private static string Expand(JsonNode? text, string folder) => ((string?)text)!.Replace("${workspaceFolder}", folder, StringComparison.Ordinal);

    private static JsonNode ReadWithComments(string file) =>
        JsonNode.Parse(File.ReadAllText(file), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
}
