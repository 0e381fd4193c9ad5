namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="FrameTranslation"/>.</summary>
public static class ParavirtualFrameTranslation
{
    /// <summary>Counterpart of <see cref="FrameTranslation.ToMachine"/>.</summary>
    public static Mfn ToMachine(Pfn frame) => Domain.ToMachine(frame);

    /// <summary>Counterpart of <see cref="FrameTranslation.ToPhysical"/>.</summary>
    public static Pfn ToPhysical(Mfn frame) => Domain.ToPhysical(frame);
}
