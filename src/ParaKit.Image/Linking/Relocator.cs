using System.Buffers.Binary;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Linking;

/// <summary>Arithmetic of relocations (AMD64 supplement to the System V ABI, "Relocation Types").</summary>
internal static class Relocator
{
    /// <summary>Stores the value of one relocation; returns what is wrong, or null.</summary>
    /// <param name="data">The section's bytes.</param>
    /// <param name="relocation">Place and kind.</param>
    /// <param name="target">Address of the symbol.</param>
    /// <param name="place">Address of the place.</param>
    internal static string? Apply(byte[] data, Relocation relocation, ulong target, ulong place)
    {
        Span<byte> field = data.AsSpan((int)relocation.Offset);
        ulong value = target + (ulong)relocation.Addend;
        switch (relocation.Type)
        {
            case ElfFormat.RelocationAbsolute64:
                BinaryPrimitives.WriteUInt64LittleEndian(field, value);
                return null;
            case ElfFormat.RelocationRelative32 or ElfFormat.RelocationCall32:
                long distance = (long)(value - place);
                BinaryPrimitives.WriteInt32LittleEndian(field, (int)distance);
                return distance is >= int.MinValue and <= int.MaxValue ? null : $"the distance 0x{distance:x} does not fit in 32 bits";
            case ElfFormat.RelocationAbsolute32:
                BinaryPrimitives.WriteUInt32LittleEndian(field, (uint)value);
                return value <= uint.MaxValue ? null : $"the address 0x{value:x} does not fit in 32 bits";
            default:
                return $"relocation type {relocation.Type} is not supported";
        }
    }
}
