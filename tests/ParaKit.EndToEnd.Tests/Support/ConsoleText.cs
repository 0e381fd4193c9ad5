namespace ParaKit.EndToEnd.Tests.Support;

/// <summary>Reads a guest's console output.</summary>
internal static class ConsoleText
{
    /// <summary>The kernel's self-check lines, in order.</summary>
    internal static string[] Checks(string console) =>
        [.. console.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.StartsWith("CHECK ", StringComparison.Ordinal))];
}
