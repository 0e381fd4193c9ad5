namespace ParaKit.Workspaces.Auditing;

/// <summary>One source file of an audited kernel.</summary>
/// <param name="File">Path relative to the audited project or solution, with forward slashes.</param>
/// <param name="CodeLines">Lines that contain code: not blank, not only comment.</param>
/// <param name="IsDriver">Whether it belongs to a device driver, which the paper's code base leaves out.</param>
public sealed record SourceFile(string File, int CodeLines, bool IsDriver);
