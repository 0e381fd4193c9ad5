namespace ParaKit.Image.Dwarf;

/// <summary>One row of the line-number matrix; <see cref="IsEnd"/> marks the first address past a sequence.</summary>
internal readonly record struct LineRow(ulong Address, string File, int Line, bool IsEnd);
