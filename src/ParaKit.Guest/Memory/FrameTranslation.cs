using ParaKit.Guest.Xen;

namespace ParaKit.Guest;

/// <summary>
/// The only ways from one kind of frame number to the other. Natively both are the same number; on Xen two tables translate
/// (public/xen.h, "machine_to_phys_mapping" and "mfn_list").
/// </summary>
public static class FrameTranslation
{
    /// <summary>P2M: the machine frame behind a frame of the kernel's own count.</summary>
    [Sensitive("physical to machine", Sensitivity.Platform, Deprivileged = "no trap: a number of somebody else's frame", Becomes = "a look into the P2M table", Paravirtual = typeof(ParavirtualFrameTranslation))]
    public static Mfn ToMachine(Pfn frame) => new(frame.Number);

    /// <summary>M2P: the kernel's own number of a machine frame.</summary>
    [Sensitive("machine to physical", Sensitivity.Platform, Deprivileged = "no trap: a number of somebody else's frame", Becomes = "a look into the M2P table", Paravirtual = typeof(ParavirtualFrameTranslation))]
    public static Pfn ToPhysical(Mfn frame) => new(frame.Number);
}
