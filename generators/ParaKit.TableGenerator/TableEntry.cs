namespace ParaKit.TableGenerator;

/// <summary>One row of a dispatch table.</summary>
/// <param name="Index">Number of the row.</param>
/// <param name="Label">The constant's name as written in the source, for comments and messages.</param>
/// <param name="Method">Fully qualified method, without type arguments.</param>
internal sealed record TableEntry(long Index, string Label, string Method);

/// <summary>A row together with the place that asked for it; used for diagnostics only.</summary>
internal sealed record LocatedEntry(TableEntry Entry, SourceLocation? Location);
