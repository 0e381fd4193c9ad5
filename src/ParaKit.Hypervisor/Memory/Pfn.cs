namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Number of a page as a guest counts its memory: physical to an unmodified kernel, pseudo-physical to a paravirtual one; "PPN" in Waldspurger's terms. It
/// is no <see cref="Mfn"/>.
/// </summary>
/// <param name="Number">Guest-physical address divided by the page size.</param>
public readonly record struct Pfn(ulong Number)
{
    /// <summary>Guest-physical address of the page's first byte.</summary>
    public ulong Address => Number << PageTableEntries.FrameShift;

    /// <summary>The page that contains a guest-physical address.</summary>
    public static Pfn Containing(ulong physical) => new(physical >> PageTableEntries.FrameShift);

    /// <inheritdoc/>
    public override string ToString() => $"PFN {Number:x}";
}
