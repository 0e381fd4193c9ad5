namespace ParaKit.Generators.Tests;

/// <summary>Guest sources kept as files, so that they read as code.</summary>
internal static class GuestSources
{
    internal static string Forms => Read("Forms.cs");

    internal static string Rings => Read("Rings.cs");

    private static string Read(string name)
    {
        using StreamReader reader = new(typeof(GuestSources).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
