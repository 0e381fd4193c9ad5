namespace ParaKit.Workspaces.PortCosts;

/// <summary>One row of the port-cost table.</summary>
/// <param name="HandChangedLines">Lines whose author must change them, because a use in them cannot be rewritten.</param>
/// <param name="RewrittenCallSites">Calls that the generator rewrites.</param>
/// <param name="RewrittenLines">Lines that contain such calls.</param>
public sealed record PortCostRow(int HandChangedLines, int RewrittenCallSites, int RewrittenLines);
