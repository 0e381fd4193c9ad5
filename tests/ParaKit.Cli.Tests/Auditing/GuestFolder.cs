using System.Reflection;

namespace ParaKit.Cli.Tests.Auditing;

/// <summary>A folder with guest projects of its own, inside the checkout's build output and deleted afterwards.</summary>
internal sealed class GuestFolder : IDisposable
{
    public GuestFolder()
    {
        Folder = System.IO.Path.Join(RepositoryRoot, "artifacts", "test-guests", Guid.NewGuid().ToString("N"));

        // A guest outside the checkout has none of its settings.
        Write("Directory.Build.props", "<Project />");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
    }

    public static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    public static string Configuration { get; } = Metadata("Configuration");

    public string Folder { get; }

    public string Path(string name) => System.IO.Path.Join(Folder, name);

    public string Write(string name, string text)
    {
        var file = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Writes a project that uses the checkout's own SDK.</summary>
    public string WriteProject(string name)
    {
        var sdk = System.IO.Path.Join(RepositoryRoot, "src", "ParaKit.Sdk", "Sdk");
        return Write(name, $"""
            <Project>
              <Import Project="{sdk}/Sdk.props" />
              <Import Project="{sdk}/Sdk.targets" />
            </Project>
            """);
    }

    private static string Metadata(string key) => typeof(GuestFolder).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
