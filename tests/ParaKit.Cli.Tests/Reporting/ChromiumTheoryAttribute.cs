namespace ParaKit.Cli.Tests.Reporting;

/// <summary>Needs Debian's Chromium; skipped with the reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute()
    {
        if (Chromium is null)
        {
            Skip = "chromium is not installed (Debian package chromium)";
        }
    }

    /// <summary>The program; null if it is not installed.</summary>
    internal static string? Chromium { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Where(folder => folder.Length > 0).Select(folder => Path.Join(folder, "chromium")).FirstOrDefault(File.Exists);
}
