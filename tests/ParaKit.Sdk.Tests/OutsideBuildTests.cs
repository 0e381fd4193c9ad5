using ParaKit.Hypervisor.Techniques;
using ParaKit.Oracles;
using ParaKit.Sdk.Tests.Support;

namespace ParaKit.Sdk.Tests;

/// <summary>A project outside the repository that names the packed SDK: what is built, and what is not built again.</summary>
[Collection(PackedSdkCollection.Name)]
public sealed class OutsideBuildTests(PackedSdk sdk)
{
    private static readonly string[] s_modes = ["native", "paravirt"];

    [Fact]
    public void Build_MakesBothImagesThatRun_ThenNothing_ThenChangesOnly_ThenCleans()
    {
        GuestProject project = sdk.CreateProject("Hello.cs");
        project.BuildSuccessfully();
        Assert.All(s_modes, m => AssertSays(project.Boot(m), "hello from outside\n"));
        Assert.Equal(0, project.Boot("paravirt").Exits.GetValueOrDefault("GeneralProtection"));

        DateTime[] before = [.. s_modes.Select(m => File.GetLastWriteTimeUtc(project.ImagePath(m)))];
        string again = project.BuildSuccessfully("-v", "n");
        Assert.Equal(before, s_modes.Select(m => File.GetLastWriteTimeUtc(project.ImagePath(m))));
        Assert.DoesNotContain("ilc.rsp", again, StringComparison.Ordinal);
        Assert.DoesNotContain("parakit-link.dll", again, StringComparison.Ordinal);

        project.Write("Hello.cs", project.Read("Hello.cs").Replace("from outside", "after a change", StringComparison.Ordinal));
        project.BuildSuccessfully();
        Assert.All(s_modes, m => AssertSays(project.Boot(m), "hello after a change\n"));

        Assert.Equal(0, project.Run("clean").ExitCode);
        Assert.All(s_modes, m => Assert.False(File.Exists(project.ImagePath(m)), m));
    }

    [Fact]
    public void SameSource_InTwoFolders_GivesTheSameBytes()
    {
        GuestProject[] projects = [sdk.CreateProject("Panics.cs"), sdk.PanicKernel];
        projects[0].BuildSuccessfully("-p:ParaKitModes=paravirt%3Bnative"); // nor does the order matter
        Assert.NotEqual(projects[0].Folder, projects[1].Folder);
        Assert.All(s_modes, m => Assert.Equal(File.ReadAllBytes(projects[0].ImagePath(m)), File.ReadAllBytes(projects[1].ImagePath(m))));
    }

    /// <summary>The variable NUGET_PACKAGES gives the folder without the slash that the default has; ilc was once looked for beside it.</summary>
    [Fact]
    public void PackageFolder_WithoutTrailingSlash_IsFound()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        GuestProject project = sdk.CreateProject("Hello.cs");
        project.BuildSuccessfully("-p:ParaKitModes=native", "-p:NuGetPackageRoot=" + packages.TrimEnd('/', '\\'));
        Assert.True(File.Exists(project.ImagePath("native")));
    }

    /// <summary>Two projects that reference one kernel, as tests do: whoever comes second must not find only the first mode's image.</summary>
    [Fact]
    public void WhoReferencesAKernel_FindsEveryImage_HoweverManyDo()
    {
        GuestProject project = sdk.CreateProject("Hello.cs");
        Assert.Equal(0, project.Run("restore").ExitCode);
        foreach (string name in (string[])["One.proj", "Two.proj"])
        {
            project.Write(name, """
                <Project>
                  <Target Name="Build">
                    <MSBuild Projects="Kernel.csproj" Targets="Build" />
                    <Error Condition="!Exists('bin/Debug/net10.0/Kernel.paravirt.elf')" Text="$(MSBuildProjectFile) went on without the image." />
                  </Target>
                </Project>
                """);
        }

        project.Write("Both.proj", """
            <Project>
              <Target Name="Build">
                <MSBuild Projects="One.proj;Two.proj" Targets="Build" BuildInParallel="true" />
              </Target>
            </Project>
            """);
        ChildProcess.Outcome outcome = ChildProcess.Run("dotnet", ["msbuild", "Both.proj", "-m:2", "-nologo"], project.Folder);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
    }

    /// <summary>The compiler, and nothing else that the build starts, is told to do without a profile; who has chosen is not overruled.</summary>
    [Theory]
    [InlineData("", "before '', during '0', after ''")]
    [InlineData("1", "before '1', during '1', after '1'")]
    public void Compiler_StartsWithoutProfile_AndNothingElseDoes(string chosen, string expected)
    {
        GuestProject project = sdk.CreateProject("Hello.cs");
        project.Write("Directory.Build.targets", """
            <Project>
              <Target Name="Before" BeforeTargets="BeforeCompile"><PropertyGroup><_Before>$([System.Environment]::GetEnvironmentVariable('DOTNET_TieredPGO'))</_Before></PropertyGroup></Target>
              <Target Name="During" AfterTargets="_ParaKitBeforeCompiler"><PropertyGroup><_During>$([System.Environment]::GetEnvironmentVariable('DOTNET_TieredPGO'))</_During></PropertyGroup></Target>
              <Target Name="After" AfterTargets="ParaKitLink">
                <Message Importance="high" Text="before '$(_Before)', during '$(_During)', after '$([System.Environment]::GetEnvironmentVariable('DOTNET_TieredPGO'))'" />
              </Target>
            </Project>
            """);
        string[] environment = chosen.Length > 0 ? ["DOTNET_TieredPGO=" + chosen] : ["-u", "DOTNET_TieredPGO"];
        ChildProcess.Outcome outcome = ChildProcess.Run("env", [.. environment, "dotnet", "build", "--nologo"], project.Folder);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Equal(s_modes.Length, outcome.Output.Split(expected).Length - 1);
    }

    [Fact]
    public void Modes_ChooseTheImages()
    {
        GuestProject project = sdk.CreateProject("Hello.cs");
        project.BuildSuccessfully("-p:ParaKitModes=native");
        Assert.True(File.Exists(project.ImagePath("native")));
        Assert.False(File.Exists(project.ImagePath("paravirt")));
    }

    [Theory]
    [InlineData("turbo")]
    [InlineData("native%3Bturbo")]
    public void UnknownMode_IsAnError(string modes)
    {
        string output = sdk.CreateProject("Hello.cs").BuildWithErrors($"-p:ParaKitModes={modes}");
        Assert.Contains("error PKMSB002: ParaKitModes contains 'turbo'; the modes are native and paravirt.", output, StringComparison.Ordinal);
        Assert.DoesNotContain("error CS", output, StringComparison.Ordinal);
    }

    private static void AssertSays(RunResult result, string text) =>
        Assert.Equal((RunOutcome.ShutDown, 0, text), (result.Outcome, result.ExitCode, result.Console.ReplaceLineEndings("\n")));
}
