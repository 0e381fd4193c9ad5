using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>The first disk: natively on the first ATA channel, by programmed input and output; on Xen the virtual block device xvda.</summary>
public static unsafe class Disk
{
    /// <summary>Bytes of a sector.</summary>
    public const int SectorBytes = 512;

    /// <summary>Sectors of a page, the most that is moved at a time.</summary>
    public const int PageSectors = 8;

    /// <summary>Finds it. Called once, before anything else here.</summary>
    /// <param name="page">A page of the direct map that stays the driver's; natively it is not used.</param>
    /// <param name="sectors">Sectors that it has.</param>
    /// <returns>False if there is no disk.</returns>
    [Sensitive("disk set-up", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "grant table, XenStore and a ring with the back end", Paravirtual = typeof(ParavirtualDisk))]
    public static bool TryInitialize(void* page, out ulong sectors)
    {
        sectors = AtaDisk.Identify();
        return sectors != 0;
    }

    /// <summary>Reads sectors into a page.</summary>
    /// <param name="sector">First.</param>
    /// <param name="page">A page of the direct map.</param>
    /// <param name="count">How many, at most <see cref="PageSectors"/>.</param>
    /// <returns>False if the disk has failed.</returns>
    [Sensitive("disk read", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "a request in the ring", Paravirtual = typeof(ParavirtualDisk))]
    public static bool TryRead(ulong sector, void* page, int count) => AtaDisk.TryTransfer(sector, (ushort*)page, count, isWrite: false);

    /// <summary>Writes sectors from a page.</summary>
    /// <param name="sector">First.</param>
    /// <param name="page">A page of the direct map.</param>
    /// <param name="count">How many, at most <see cref="PageSectors"/>.</param>
    /// <returns>False if the disk has failed.</returns>
    [Sensitive("disk write", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "a request in the ring", Paravirtual = typeof(ParavirtualDisk))]
    public static bool TryWrite(ulong sector, void* page, int count) => AtaDisk.TryTransfer(sector, (ushort*)page, count, isWrite: true);

    /// <summary>Writes sectors from a page when all writes before are durable; what is written later becomes durable later.</summary>
    /// <param name="sector">First.</param>
    /// <param name="page">A page of the direct map.</param>
    /// <param name="count">How many, at most <see cref="PageSectors"/>.</param>
    /// <returns>False if the disk has failed.</returns>
    [Sensitive("disk barrier", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "a barrier in the ring", Paravirtual = typeof(ParavirtualDisk))]
    public static bool TryWriteBarrier(ulong sector, void* page, int count) =>
        AtaDisk.TryFlush() && AtaDisk.TryTransfer(sector, (ushort*)page, count, isWrite: true) && AtaDisk.TryFlush();

    /// <summary>Makes what was written durable.</summary>
    /// <returns>False if the disk has failed.</returns>
    [Sensitive("disk flush", Sensitivity.Platform, Deprivileged = "#GP(0): port access", Becomes = "a request in the ring", Paravirtual = typeof(ParavirtualDisk))]
    public static bool TryFlush() => AtaDisk.TryFlush();
}
