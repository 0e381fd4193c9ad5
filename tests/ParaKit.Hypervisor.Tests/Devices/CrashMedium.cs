using ParaKit.Hypervisor.Block;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>
/// A disk with a volatile cache that loses power at a write: what was flushed stays, of the rest any part may. Afterwards every access fails.
/// </summary>
/// <param name="content">What is on it.</param>
/// <param name="writes">Writes that it takes; the last of them is the one at which it loses power.</param>
internal sealed class CrashMedium(byte[] content, int writes) : IBlockMedium
{
    private readonly List<(ulong Sector, byte[] Bytes)> _cache = [];
    private int _left = writes;

    public ulong Sectors => (ulong)content.Length / 512;

    private bool IsDead => _left <= 0;

    public bool TryRead(ulong sector, Span<byte> bytes)
    {
        // What the cache has is newer.
        content.AsSpan((int)sector * 512, bytes.Length).CopyTo(bytes);
        foreach (var (at, written) in _cache)
        {
            for (var i = 0; i < written.Length; i++)
            {
                var place = ((long)at * 512) + i - ((long)sector * 512);
                if (place >= 0 && place < bytes.Length)
                {
                    bytes[(int)place] = written[i];
                }
            }
        }

        return !IsDead;
    }

    public void Write(ulong sector, ReadOnlySpan<byte> bytes)
    {
        Require();
        _cache.Add((sector, bytes.ToArray()));
        _left--;
        Require();
    }

    public void Discard(ulong sector, ulong count) => Write(sector, new byte[count * 512]);

    public void Flush()
    {
        Require();
        _cache.ForEach(w => w.Bytes.CopyTo(content, (int)w.Sector * 512));
        _cache.Clear();
    }

    /// <summary>What is found when power returns: any of the writes that were not flushed, in any order.</summary>
    public byte[] AfterCrash(Random random)
    {
        byte[] left = [.. content];
        foreach (var (sector, bytes) in _cache.OrderBy(_ => random.Next()).Where(_ => random.Next(2) == 0))
        {
            bytes.CopyTo(left, (int)sector * 512);
        }

        return left;
    }

    private void Require()
    {
        if (IsDead)
        {
            throw new IOException("power failure");
        }
    }
}
