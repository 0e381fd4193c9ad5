using Iced.Intel;

namespace ParaKit.Image.Linking;

/// <summary>An operation whose call is replaced by machine instructions; arguments are where the System V convention puts them.</summary>
/// <param name="Symbol">Symbol that guest code imports.</param>
/// <param name="IsSensitive">Whether it must not appear in a paravirtual image.</param>
/// <param name="Emit">The instructions, without a return.</param>
internal sealed record MachineOperation(string Symbol, bool IsSensitive, Action<Assembler> Emit)
{
    private byte[]? _bytes;

    /// <summary>The encoded instructions; they contain no addresses.</summary>
    internal byte[] Bytes => _bytes ??= Encode();

    private byte[] Encode()
    {
        var assembler = new Assembler(64);
        Emit(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), 0);
        return stream.ToArray();
    }
}
