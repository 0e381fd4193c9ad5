using System.Text;

namespace VerifyTests;

/// <summary>Where a snapshot lies and what is removed from a text before it is compared.</summary>
public sealed class VerifySettings
{
    private readonly List<Func<string, string>> _scrubbers = [];

    internal string Folder { get; private set; } = "";

    internal string? FileName { get; private set; }

    internal object?[]? Parameters { get; private set; }

    /// <summary>Uses a folder relative to the test's source file.</summary>
    public void UseDirectory(string directory) => Folder = directory;

    /// <summary>Uses a file name, without extension, instead of <c>Class.Method</c>.</summary>
    public void UseFileName(string fileName) => FileName = fileName;

    /// <summary>Adds a theory's arguments to the file's name.</summary>
    public void UseParameters(params object?[] parameters) => Parameters = parameters;

    /// <summary>Edits the text before it is compared.</summary>
    public void AddScrubber(Action<StringBuilder> scrubber) => _scrubbers.Add(text =>
    {
        StringBuilder builder = new(text);
        scrubber(builder);
        return builder.ToString();
    });

    /// <summary>Removes the lines that contain one of the values, whatever their case.</summary>
    public void ScrubLinesContaining(params string[] values) =>
        ScrubLines(line => values.Any(value => line.Contains(value, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Removes the lines for which the predicate holds.</summary>
    public void ScrubLines(Func<string, bool> removeLine) => ScrubLinesWithReplace(line => removeLine(line) ? null : line);

    /// <summary>Replaces each line, or removes it where the replacement is null.</summary>
    public void ScrubLinesWithReplace(Func<string, string?> replaceLine) =>
        _scrubbers.Add(text => string.Join('\n', text.Split('\n').Select(replaceLine).Where(line => line is not null)));

    internal string Normalize(string text)
    {
        string lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        return _scrubbers.Aggregate(lines, (current, scrub) => scrub(current));
    }
}
