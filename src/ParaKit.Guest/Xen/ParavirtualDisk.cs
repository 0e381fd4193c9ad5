using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Disk"/>: the virtual block device xvda.</summary>
public static unsafe class ParavirtualDisk
{
    private const ulong FirstDisk = 51712;

    private static BlockDevice s_device;

    /// <summary>Counterpart of <see cref="Disk.TryInitialize"/>.</summary>
    public static bool TryInitialize(void* page, out ulong sectors)
    {
        sectors = 0;
        bool hasGrants = GrantTable.Count != 0 || GrantTable.TryInitialize();
        if (!hasGrants || !BlockDevice.TryConnect(FirstDisk, page, out s_device))
        {
            return false;
        }

        sectors = s_device.Sectors;
        return true;
    }

    /// <summary>Counterpart of <see cref="Disk.TryRead"/>.</summary>
    public static bool TryRead(ulong sector, void* page, int count) => s_device.Transfer(BlockOperation.Read, sector, page, count) == BlockStatus.Okay;

    /// <summary>Counterpart of <see cref="Disk.TryWrite"/>.</summary>
    public static bool TryWrite(ulong sector, void* page, int count) => s_device.Transfer(BlockOperation.Write, sector, page, count) == BlockStatus.Okay;

    /// <summary>Counterpart of <see cref="Disk.TryWriteBarrier"/>.</summary>
    public static bool TryWriteBarrier(ulong sector, void* page, int count) => s_device.Transfer(BlockOperation.WriteBarrier, sector, page, count) == BlockStatus.Okay;

    /// <summary>Counterpart of <see cref="Disk.TryFlush"/>.</summary>
    public static bool TryFlush() => s_device.Transfer(BlockOperation.FlushDiskCache, 0, null, 0) == BlockStatus.Okay;
}
