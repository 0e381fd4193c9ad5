using ParaKit.Image;
using ParaKit.Workspaces.Calls;

namespace ParaKit.Cli.Showing;

/// <summary>A rewritten call at all three levels: source, interceptor, machine code.</summary>
/// <param name="Call">Source and interceptor.</param>
/// <param name="Code">Machine code of the call's lines, by function; empty if they have none of their own.</param>
internal sealed record ShownCall(RewrittenCall Call, IReadOnlyList<CodeRange> Code);
