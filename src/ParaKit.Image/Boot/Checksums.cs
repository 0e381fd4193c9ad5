namespace ParaKit.Image.Boot;

/// <summary>The sums of .xz files ("The .xz File Format", "CRC32 and CRC64"), bit-reversed as usual.</summary>
internal static class Checksums
{
    private const ulong Polynomial32 = 0xedb88320;
    private const ulong Polynomial64 = 0xc96c5795d7870f42;

    private static readonly ulong[] s_table32 = Table(Polynomial32);
    private static readonly ulong[] s_table64 = Table(Polynomial64);

    internal static uint Crc32(ReadOnlySpan<byte> data) => (uint)~Run(data, s_table32, uint.MaxValue);

    internal static ulong Crc64(ReadOnlySpan<byte> data) => ~Run(data, s_table64, ulong.MaxValue);

    private static ulong Run(ReadOnlySpan<byte> data, ulong[] table, ulong sum)
    {
        foreach (byte next in data)
        {
            sum = table[(byte)(sum ^ next)] ^ (sum >> 8);
        }

        return sum;
    }

    private static ulong[] Table(ulong polynomial)
    {
        var table = new ulong[256];
        for (int i = 0; i < table.Length; i++)
        {
            ulong value = (ulong)i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ polynomial : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
