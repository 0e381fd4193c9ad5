using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Oracles;

namespace ParaKit.Sdk.Tests.Support;

/// <summary>A guest project as a user writes it, outside the repository.</summary>
internal sealed class GuestProject
{
    private const long MaxInstructions = 50_000_000;

    internal GuestProject(PackedSdk sdk, string folder, string[] sources)
    {
        Folder = folder;
        Directory.CreateDirectory(folder);
        File.WriteAllText(ProjectFile, $"""<Project Sdk="ParaKit.Sdk/{sdk.Version}" />""");
        // Beside the sources that are configured on this machine, not instead of them: ilc comes from there.
        File.WriteAllText(
            Path.Join(folder, "nuget.config"),
            $"""<configuration><packageSources><add key="parakit-test" value="{sdk.Feed}" /></packageSources></configuration>""");
        foreach (string source in sources)
        {
            File.Copy(Path.Join(AppContext.BaseDirectory, "Kernels", source), Path.Join(folder, source));
        }
    }

    internal string Folder { get; }

    private string ProjectFile => Path.Join(Folder, "Kernel.csproj");

    internal string ImagePath(string mode) => Path.Join(Folder, "bin", "Debug", "net10.0", $"Kernel.{mode}.elf");

    internal void Write(string file, string text) => File.WriteAllText(Path.Join(Folder, file), text);

    internal string Read(string file) => File.ReadAllText(Path.Join(Folder, file));

    internal ChildProcess.Outcome Run(string command, params string[] arguments) =>
        ChildProcess.Run("dotnet", [command, ProjectFile, "--nologo", .. arguments], Folder);

    internal string BuildSuccessfully(params string[] arguments)
    {
        ChildProcess.Outcome outcome = Run("build", arguments);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        return outcome.Output;
    }

    internal string BuildWithErrors(params string[] arguments)
    {
        ChildProcess.Outcome outcome = Run("build", arguments);
        Assert.True(outcome.ExitCode != 0, outcome.Output);
        return outcome.Output;
    }

    internal RunResult Boot(string technique, string commandLine = "", string? mode = null)
    {
        Assert.True(TechniqueTable.TryFind(technique, out ITechnique? found));
        string path = ImagePath(mode ?? (technique == "paravirt" ? technique : "native")); // every other technique runs the unmodified kernel
        KernelImage image = KernelImage.Load(File.ReadAllBytes(path), Path.GetFileName(path));
        return found.Run(new RunRequest(image) { MaxInstructions = MaxInstructions, CommandLine = commandLine });
    }
}
