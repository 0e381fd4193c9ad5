using System.Reflection;

namespace ParaKit.Cli.Reporting;

/// <summary>What all pages have in common.</summary>
internal static class PageParts
{
    private const string StyleSheet = "ParaKit.Cli.Report.css";

    /// <summary>Inside of the head, with the style sheet.</summary>
    public static HtmlText Head(string title) => $"""
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <link rel="icon" href="data:,">
        <style>
        {Style()}
        </style>
        """;

    /// <summary>ParaKit's version.</summary>
    public static string Version() =>
        typeof(PageParts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private static HtmlText Style()
    {
        using var stream = typeof(PageParts).Assembly.GetManifestResourceStream(StyleSheet)
            ?? throw new InvalidOperationException($"The resource {StyleSheet} is missing.");
        using var reader = new StreamReader(stream);
        var style = HtmlText.Empty;
        style.AppendLiteral(reader.ReadToEnd());
        return style;
    }
}
