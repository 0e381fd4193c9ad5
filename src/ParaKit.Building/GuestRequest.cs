namespace ParaKit.Building;

/// <summary>A guest as the user names it.</summary>
/// <param name="Path">Folder, project or image.</param>
public sealed record GuestRequest(string Path)
{
    /// <summary>Build configuration of a project.</summary>
    public string Configuration { get; init; } = "Release";

    /// <summary>Whether to build a project before its images are looked for.</summary>
    public bool Build { get; init; } = true;
}
