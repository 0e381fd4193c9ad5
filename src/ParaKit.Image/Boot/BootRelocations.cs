using System.Buffers.Binary;
using ParaKit.Image.Elf;

namespace ParaKit.Image.Boot;

/// <summary>
/// The places that a randomized kernel's loader changes, which its build appends to the kernel (Linux arch/x86/boot/compressed/misc.c,
/// handle_relocations): read from the end, addresses of 32-bit places up to a zero, of places to subtract from, and of 64-bit places.
/// </summary>
internal static class BootRelocations
{
    /// <summary>The values at those places.</summary>
    internal static IEnumerable<ulong> PointersTo(ElfFile elf, byte[] kernel)
    {
        if (!elf.Is64)
        {
            yield break;
        }

        int at = kernel.Length - sizeof(int);
        for (int list = 0; list < 3; list++)
        {
            for (; at >= 0 && BinaryPrimitives.ReadInt32LittleEndian(kernel.AsSpan(at)) is not 0 and var place; at -= sizeof(int))
            {
                if (list != 1 && TryRead(elf, (ulong)place, wide: list == 2, out ulong value))
                {
                    yield return value;
                }
            }

            at -= sizeof(int);
        }
    }

    private static bool TryRead(ElfFile elf, ulong address, bool wide, out ulong value)
    {
        int width = wide ? sizeof(ulong) : sizeof(int);
        foreach (ElfSegment segment in elf.Segments)
        {
            ulong offset = address - segment.VirtualAddress;
            if (segment.Type == ElfFormat.SegmentLoad && offset < (ulong)segment.Data.Length && (ulong)segment.Data.Length - offset >= (ulong)width)
            {
                ReadOnlySpan<byte> field = segment.Data.Span[(int)offset..];
                value = wide ? BinaryPrimitives.ReadUInt64LittleEndian(field) : (ulong)BinaryPrimitives.ReadInt32LittleEndian(field);
                return true;
            }
        }

        value = 0;
        return false;
    }
}
