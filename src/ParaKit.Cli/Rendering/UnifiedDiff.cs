using DiffPlex.Renderer;
using ParaKit.Workspaces.Porting;

namespace ParaKit.Cli.Rendering;

/// <summary>Changes as <c>patch -p1</c> and <c>git apply</c> take them.</summary>
internal static class UnifiedDiff
{
    /// <summary>The difference of all files.</summary>
    public static string Of(IEnumerable<PortedFile> files) => string.Concat(files.Select(Of));

    private static string Of(PortedFile file) => UnidiffRenderer.GenerateUnidiff(
        file.Before.ReplaceLineEndings("\n"), file.After.ReplaceLineEndings("\n"), "a/" + file.Path, "b/" + file.Path).ReplaceLineEndings("\n");
}
