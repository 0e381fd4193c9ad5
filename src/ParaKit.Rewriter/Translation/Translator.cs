using System.Collections.Frozen;
using Iced.Intel;

namespace ParaKit.Rewriter.Translation;

/// <summary>
/// Translates code of a kernel to code that does the same at privilege level 3: bytes in, a unit out. Nothing is known about the rest of the
/// kernel, and nothing is kept. Adams and Agesen (2006), section 3.
/// </summary>
public static class Translator
{
    /// <summary>Instructions of the guest in a unit at most.</summary>
    public const int MaximumInstructions = 12;

    /// <summary>Bytes of the guest in a unit at most.</summary>
    public const int MaximumGuestBytes = MaximumInstructions * 15;

    /// <summary>Bytes of code that a unit takes at most.</summary>
    public const int MaximumCodeBytes = 0x800;

    /// <summary>Translates the block that starts with some bytes.</summary>
    /// <param name="code">The bytes, as many as can be fetched up to <see cref="MaximumGuestBytes"/>; more are not looked at.</param>
    /// <param name="address">Their guest address.</param>
    /// <param name="cacheAddress">Where the unit will be.</param>
    /// <param name="simulated">Addresses of instructions that the monitor shall carry out instead of the processor.</param>
    /// <param name="counter">Number of the counter that counts entries to the unit; -1 for none.</param>
    /// <returns>The unit; null if not even one instruction is there.</returns>
    public static TranslationUnit? Translate(
        ReadOnlySpan<byte> code, ulong address, ulong cacheAddress, IReadOnlySet<ulong>? simulated = null, int counter = -1)
    {
        var guest = code[..Math.Min(code.Length, MaximumGuestBytes)].ToArray();
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(guest), address);
        var translation = new UnitTranslation(guest, address, cacheAddress, simulated ?? FrozenSet<ulong>.Empty);
        translation.CountEntry(counter);
        while (!translation.IsComplete)
        {
            decoder.Decode(out var instruction);
            if (decoder.LastError == DecoderError.NoMoreBytes || !translation.TryAdd(in instruction))
            {
                break;
            }
        }

        return translation.Finish();
    }
}
