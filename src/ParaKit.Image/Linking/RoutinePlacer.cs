namespace ParaKit.Image.Linking;

/// <summary>Turns needed symbols into chunks: routines with everything that they need in turn.</summary>
internal sealed class RoutinePlacer(RoutineLibrary library, SymbolSpace symbols, ChunkGroup text, Func<string, bool> define)
{
    // While measuring, symbols seem to be far away, so that every branch takes its longest form.
    private const ulong FarAway = 0xffffffffa0000000;
    private const ulong MeasuringAddress = 0xffffffff80100000;
    private const byte Breakpoint = 0xcc;

    /// <summary>Defines <paramref name="symbol"/> and what it needs; names that nothing defines are added to <paramref name="missing"/>.</summary>
    internal void Require(string symbol, ICollection<string> missing)
    {
        var pending = new Queue<string>([symbol]);
        while (pending.TryDequeue(out string? name))
        {
            if (symbols.Contains(name) || define(name))
            {
                continue;
            }

            if (library.Find(name) is { } routine)
            {
                Place(routine, pending.Enqueue);
            }
            else
            {
                missing.Add(name);
            }
        }
    }

    /// <summary>Adds a routine that needs nothing.</summary>
    internal void Add(Routine routine) => Place(routine, _ => { });

    private void Place(Routine routine, Action<string> need)
    {
        byte[] measured = routine.Encode(MeasuringAddress, name =>
        {
            need(name);
            return FarAway;
        });
        var chunk = new Chunk(routine.Symbol, KernelLayout.AlignUp((ulong)measured.Length, 16), routine.Alignment)
        {
            Filler = Breakpoint,
            Bytes = c => routine.Encode(routine.Bitness == 32 ? KernelLayout.ToPhysical(c.Address) : c.Address, symbols.AddressOf),
        };
        text.Add(chunk);
        symbols.Add(routine.Symbol, () => chunk.Address);
    }
}
