using ParaKit.Cli.Tests.Auditing;

namespace ParaKit.Cli.Tests.Figures;

/// <summary>Needs the sample kernel in configuration Release, which the README's first command builds.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReleasedSampleTheoryAttribute : TheoryAttribute
{
    public ReleasedSampleTheoryAttribute()
    {
        if (!File.Exists(Path("release", "native")) || !File.Exists(Path("release", "paravirt")))
        {
            Skip = "the sample kernel is not built in configuration Release (dotnet build sample-guest -c Release)";
        }
    }

    /// <summary>Path of an image of the sample.</summary>
    internal static string Path(string configuration, string mode) =>
        System.IO.Path.Join(GuestFolder.RepositoryRoot, "artifacts", "bin", "Guest", configuration, $"Guest.{mode}.elf");
}
