using ParaKit.Image;
using ParaKit.Workspaces.Calls;

namespace ParaKit.Building.Showing;

/// <summary>A rewritten call at all three levels: source, interceptor, machine code.</summary>
/// <param name="Call">Source and interceptor.</param>
/// <param name="Code">Machine code of the call's lines, by function; empty if they have none of their own, null if there is no image.</param>
public sealed record ShownCall(RewrittenCall Call, IReadOnlyList<CodeRange>? Code)
{
    /// <summary>Puts calls beside their code.</summary>
    /// <param name="calls">Rewritten calls by file and position.</param>
    /// <param name="image">The paravirtual image; null if there is none.</param>
    public static IReadOnlyList<ShownCall> Of(IEnumerable<RewrittenCall> calls, KernelImage? image)
    {
        var listing = image is null ? null : new CodeListing(image);
        return [.. calls.Select(call => new ShownCall(call, listing?.Find(call.File, call.FirstLine, call.LastLine)))];
    }
}
