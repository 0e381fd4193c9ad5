namespace ParaKit.Image.Dwarf;

/// <summary>Addresses from <see cref="Start"/> up to, not including, <see cref="End"/> that belong to one source line.</summary>
internal readonly record struct LineRange(ulong Start, ulong End, LineFile File, int Line);
