namespace ParaKit.Hypervisor.Block;

/// <summary>Part of a file, or of another medium.</summary>
/// <param name="File">It.</param>
/// <param name="Start">First sector in it.</param>
/// <param name="Sectors">How many.</param>
/// <param name="IsReadOnly">Whether it may only be read.</param>
internal sealed record BlockExtent(IBlockMedium File, ulong Start, ulong Sectors, bool IsReadOnly);

/// <summary>
/// A disk as a guest sees it: extents one after the other. Where they lie, the guest never learns; each request is translated and checked when it is
/// made. Barham et al. 2003, "Xen and the Art of Virtualization", "Disk".
/// </summary>
internal sealed class VirtualBlockDevice(IReadOnlyList<BlockExtent> extents)
{
    /// <summary>Sectors.</summary>
    public ulong Sectors { get; } = extents.Aggregate(0UL, (sum, e) => sum + e.Sectors);

    /// <summary>Whether nothing of it may be written.</summary>
    public bool IsReadOnly { get; } = extents.All(e => e.IsReadOnly);

    /// <summary>Finds the parts of extents that sectors are; false if some do not exist, or may not be written.</summary>
    /// <param name="sector">First.</param>
    /// <param name="count">How many.</param>
    /// <param name="isWrite">Whether they are written.</param>
    /// <param name="parts">Extent, sector in its file and number of sectors, in order.</param>
    public bool TryTranslate(ulong sector, ulong count, bool isWrite, out List<(BlockExtent Extent, ulong Sector, ulong Count)> parts)
    {
        parts = [];
        if (sector > Sectors || count > Sectors - sector)
        {
            return false;
        }

        foreach (var extent in extents)
        {
            if (count > 0 && sector < extent.Sectors)
            {
                if (isWrite && extent.IsReadOnly)
                {
                    return false;
                }

                var here = Math.Min(count, extent.Sectors - sector);
                parts.Add((extent, extent.Start + sector, here));
                (sector, count) = (extent.Sectors, count - here);
            }

            sector -= Math.Min(sector, extent.Sectors);
        }

        return true;
    }

    /// <summary>Makes what was written durable.</summary>
    public void Flush()
    {
        foreach (var file in extents.Select(e => e.File).Distinct())
        {
            file.Flush();
        }
    }
}
