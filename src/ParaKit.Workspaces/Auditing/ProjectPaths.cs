using System.IO;

namespace ParaKit.Workspaces.Auditing;

/// <summary>Names files without saying where on this machine they are.</summary>
/// <param name="Project">Name of the project.</param>
/// <param name="ProjectFolder">Folder of the project.</param>
/// <param name="Root">Folder of the audited project or solution.</param>
internal sealed record ProjectPaths(string Project, string ProjectFolder, string Root)
{
    /// <summary>Path relative to what is audited.</summary>
    internal string Relative(string file) => Forward(Path.GetRelativePath(Root, file));

    /// <summary>Path relative to the project.</summary>
    internal string InProject(string file) => Forward(Path.GetRelativePath(ProjectFolder, file));

    private static string Forward(string path) => path.Replace('\\', '/');
}
