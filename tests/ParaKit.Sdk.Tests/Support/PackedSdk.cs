using System.Globalization;
using System.Reflection;
using ParaKit.Oracles;

namespace ParaKit.Sdk.Tests.Support;

/// <summary>
/// ParaKit.Sdk packed once for all tests, into a folder feed outside the repository. The version is unique, so that no cache can
/// answer for it, and is removed from the package cache at the end.
/// </summary>
public sealed class PackedSdk : IDisposable
{
    /// <summary>Package that a test makes from a library of operations; removed from the cache as well.</summary>
    internal const string LibraryName = "Acme.Led";

    private readonly Lazy<GuestProject> _features;
    private readonly Lazy<GuestProject> _panics;
    private readonly Lazy<TemplateProjects> _templates;
    private int _projects;

    public PackedSdk()
    {
        Folder = Directory.CreateTempSubdirectory("parakit-sdk-").FullName;
        string[] pack =
        [
            "pack", Path.Join(RepositoryRoot, "src", "ParaKit.Sdk"), "-c", Metadata("Configuration"), "-o", Feed, "--nologo", "-v", "q",
            $"-p:ArtifactsPath={Path.Join(Folder, "artifacts")}", $"-p:Version={Version}",
        ];
        ChildProcess.Outcome outcome = ChildProcess.Run("dotnet", pack, Folder);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        _features = new(() => Build("Features.cs", "TypeFeatures.cs", "CallFeatures.cs", "MemoryFeatures.cs", "NumberFeatures.cs", "EqualityFeatures.cs"));
        _panics = new(() => Build("Panics.cs"));
        _templates = new(() => new TemplateProjects(this));
    }

    internal static string RepositoryRoot => Metadata("RepositoryRoot");

    internal string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test{DateTime.UtcNow.Ticks}");

    internal string Feed => Path.Join(Folder, "feed");

    /// <summary>The kernel that uses every feature, built.</summary>
    internal GuestProject FeatureKernel => _features.Value;

    /// <summary>The kernel that panics as its command line says, built.</summary>
    internal GuestProject PanicKernel => _panics.Value;

    /// <summary>A kernel and its tests as the templates make them.</summary>
    internal TemplateProjects Templates => _templates.Value;

    internal string Folder { get; }

    /// <summary>A new guest project, in a folder of its own, with sources from the Kernels folder.</summary>
    internal GuestProject CreateProject(params string[] sources) => new(this, Path.Join(Folder, $"guest{Interlocked.Increment(ref _projects)}"), sources);

    /// <summary>Packs a project that the build of the tests has built, with the same version into the same feed.</summary>
    internal void PackBuilt(string project)
    {
        string[] pack =
        [
            "pack", Path.Join(RepositoryRoot, "src", project), "-c", Metadata("Configuration"), "-o", Feed, "--no-build", "--nologo", "-v", "q", $"-p:Version={Version}",
        ];
        ChildProcess.Outcome outcome = ChildProcess.Run("dotnet", pack, Folder);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string[] names = ["parakit.sdk", "parakit.testing", "parakit.cli", "acme.led"];
        foreach (string folder in names.Select(name => Path.Join(packages, name, Version)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private GuestProject Build(params string[] sources)
    {
        GuestProject project = CreateProject(sources);
        project.BuildSuccessfully();
        return project;
    }

    private static string Metadata(string key) => typeof(PackedSdk).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}

/// <summary>All tests share one packed SDK and run one after another: each is a build.</summary>
[CollectionDefinition(Name)]
public sealed class PackedSdkCollection : ICollectionFixture<PackedSdk>
{
    public const string Name = "Packed SDK";
}
