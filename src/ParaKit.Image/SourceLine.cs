namespace ParaKit.Image;

/// <summary>A line of source code.</summary>
/// <param name="File">File name as recorded in the debug information.</param>
/// <param name="Line">Line number, from 1.</param>
public readonly record struct SourceLine(string File, int Line)
{
    /// <summary>"File.cs(12)", the form that build tools recognise.</summary>
    public override string ToString() => $"{File}({Line})";
}
