namespace ParaKit.EndToEnd.Tests.Support;

/// <summary>Needs the sample kernel in configuration Release, which the README's first command builds.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReleasedSampleFactAttribute : FactAttribute
{
    public ReleasedSampleFactAttribute()
    {
        if (!File.Exists(Path("release", "native")) || !File.Exists(Path("release", "paravirt")))
        {
            Skip = "the sample kernel is not built in configuration Release (dotnet build sample-guest -c Release)";
        }
    }

    /// <summary>Path of an image of the sample.</summary>
    internal static string Path(string configuration, string mode) =>
        System.IO.Path.Join(BuildOutput.Root, "artifacts", "bin", "Guest", configuration, $"Guest.{mode}.elf");
}
