using Iced.Intel;

namespace ParaKit.Image.Linking;

/// <summary>
/// A reference from one function to another place of the same section. The compiler resolves these itself and leaves no relocation, so
/// moving a function on its own means finding them in its instructions.
/// </summary>
/// <param name="Field">Offset of the 32-bit displacement in the section.</param>
/// <param name="End">Offset of the end of the instruction, from which the displacement counts.</param>
/// <param name="Target">Offset of the target in the section.</param>
internal readonly record struct LocalReference(ulong Field, ulong End, ulong Target)
{
    /// <summary>Decodes the function at <paramref name="offset"/> and finds its references to the rest of the section.</summary>
    internal static IEnumerable<LocalReference> Find(InputSection section, ulong offset, ulong size)
    {
        HashSet<ulong> relocated = [.. section.Relocations.Where(r => r.Offset >= offset && r.Offset < offset + size).Select(r => r.Offset)];
        var decoder = Iced.Intel.Decoder.Create(64, new ByteArrayCodeReader(section.Original, (int)offset, (int)size), offset);
        while (decoder.IP < offset + size)
        {
            Instruction instruction = decoder.Decode();
            ConstantOffsets constants = decoder.GetConstantOffsets(instruction);
            ulong? target = instruction.IsIPRelativeMemoryOperand ? instruction.IPRelativeMemoryAddress
                : instruction.Op0Kind == OpKind.NearBranch64 ? instruction.NearBranch64
                : null;
            ulong field = instruction.IP + (ulong)(instruction.IsIPRelativeMemoryOperand ? constants.DisplacementOffset : constants.ImmediateOffset);
            bool isOutside = target is { } t && (t < offset || t >= offset + size) && t < section.Size;
            if (isOutside && !relocated.Contains(field))
            {
                yield return new LocalReference(field, instruction.NextIP, target!.Value);
            }
        }
    }
}
