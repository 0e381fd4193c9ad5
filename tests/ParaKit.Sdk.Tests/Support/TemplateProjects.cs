using ParaKit.Oracles;

namespace ParaKit.Sdk.Tests.Support;

/// <summary>What a user gets who installs the templates from a feed: a kernel "Hello" and its tests, both as instantiated.</summary>
internal sealed class TemplateProjects
{
    private readonly string _hive;
    private readonly string _folder;

    internal TemplateProjects(PackedSdk sdk)
    {
        _hive = Path.Join(sdk.Folder, "hive");
        _folder = Path.Join(sdk.Folder, "templates");
        Directory.CreateDirectory(_folder);
        foreach (string project in (string[])["ParaKit.Testing", "ParaKit.Cli", "ParaKit.Templates"])
        {
            sdk.PackBuilt(project);
        }

        File.WriteAllText(
            Path.Join(_folder, "nuget.config"),
            $"""<configuration><packageSources><add key="parakit-test" value="{sdk.Feed}" /></packageSources></configuration>""");

        // As in many repositories; without a word about it in the templates, restore fails there.
        File.WriteAllText(
            Path.Join(_folder, "Directory.Packages.props"),
            "<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup></Project>");
        New("install", Path.Join(sdk.Feed, $"ParaKit.Templates.{sdk.Version}.nupkg"));
        New("parakit-kernel", "-o", Kernel);
        New("parakit-tests", "-o", Tests, "--kernel", "../Hello/Hello.csproj");
    }

    internal string Kernel => Path.Join(_folder, "Hello");

    internal string Tests => Path.Join(_folder, "Hello.Tests");

    /// <summary>Runs a dotnet command in a folder; it must succeed.</summary>
    internal static string Dotnet(string folder, params string[] arguments)
    {
        ChildProcess.Outcome outcome = ChildProcess.Run("dotnet", arguments, folder);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        return outcome.Output;
    }

    private void New(params string[] arguments) => Dotnet(_folder, ["new", .. arguments, "--debug:custom-hive", _hive]);
}
