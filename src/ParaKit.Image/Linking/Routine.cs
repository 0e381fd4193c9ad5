using Iced.Intel;

namespace ParaKit.Image.Linking;

/// <summary>
/// A piece of start-up or runtime code that the linker adds when something needs its symbol. It is emitted twice: once to learn its
/// size and what it needs in turn, once with real addresses.
/// </summary>
/// <param name="Symbol">The symbol it defines.</param>
/// <param name="Emit">Writes the code; symbols are resolved through the second argument.</param>
internal sealed record Routine(string Symbol, Action<Assembler, Func<string, ulong>> Emit)
{
    /// <summary>32 for code that runs before long mode.</summary>
    internal int Bitness { get; init; } = 64;

    /// <summary>Multiple of bytes on which it starts.</summary>
    internal ulong Alignment { get; init; } = 16;

    /// <summary>Encodes the routine for <paramref name="address"/>.</summary>
    internal byte[] Encode(ulong address, Func<string, ulong> resolve)
    {
        var assembler = new Assembler(Bitness);
        Emit(assembler, resolve);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
