using System.Buffers.Binary;

namespace ParaKit.Image.Boot;

/// <summary>
/// Undoes the x86 branch filter of .xz files, which makes the distances of near calls and jumps absolute before packing. Which bytes count as
/// one depends on what precedes them, by the rules of LZMA's original implementation.
/// </summary>
internal static class X86Filter
{
    private const int Size = 5;

    // By the last three bytes, one bit each: whether it looked like an opcode that was not converted.
    private static readonly bool[] s_isAllowed = [true, true, true, false, true, false, false, false];
    private static readonly int[] s_bits = [0, 1, 2, 2, 3, 3, 3, 3];

    internal static void Decode(Span<byte> data)
    {
        uint mask = 0;
        int previous = -Size;
        int at = 0;
        while (at <= data.Length - Size)
        {
            if ((data[at] & 0xfe) != 0xe8)
            {
                at++;
                continue;
            }

            mask = Age(mask, at - previous);
            previous = at;
            byte high = data[at + 4];
            if (IsSign(high) && s_isAllowed[(mask >> 1) & 7] && mask >> 1 < 0x10)
            {
                Convert(data[(at + 1)..], (uint)(at + Size), mask);
                at += Size;
                mask = 0;
            }
            else
            {
                at++;
                mask |= IsSign(high) ? 0x11u : 1;
            }
        }
    }

    private static uint Age(uint mask, int distance)
    {
        if (distance > Size)
        {
            return 0;
        }

        for (int i = 0; i < distance; i++)
        {
            mask = (mask & 0x77) << 1;
        }

        return mask;
    }

    private static void Convert(Span<byte> field, uint next, uint mask)
    {
        uint source = BinaryPrimitives.ReadUInt32LittleEndian(field);
        uint distance = source - next;
        while (mask != 0)
        {
            int bits = s_bits[mask >> 1];
            if (!IsSign((byte)(distance >> (24 - (bits * 8)))))
            {
                break;
            }

            source = distance ^ (uint)((1UL << (32 - (bits * 8))) - 1);
            distance = source - next;
        }

        // 25 bits with their sign.
        BinaryPrimitives.WriteUInt32LittleEndian(field, (distance & 0xffffff) | ((distance & 0x1000000) != 0 ? 0xff000000 : 0));
    }

    private static bool IsSign(byte value) => value is 0 or 0xff;
}
