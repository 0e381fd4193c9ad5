namespace ParaKit.Hypervisor.Memory;

/// <summary>
/// Which descriptors a guest may have. Intel SDM vol. 3A, "Segment Descriptors"; Xen public/arch-x86/xen.h, "Segment Descriptor Tables".
/// </summary>
public static class SegmentDescriptors
{
    private const ulong Accessed = 1UL << 40;
    private const ulong Code = 1UL << 43;
    private const ulong CodeOrData = 1UL << 44;
    private const ulong PrivilegeMask = 3UL << 45;
    private const ulong Present = 1UL << 47;

    /// <summary>Present 64-bit code at privilege level 3: base 0, no limit.</summary>
    public const ulong FlatCode64 = 0x00AF_FB00_0000_FFFF;
    /// <summary>Present 32-bit code at privilege level 3: base 0, 4 GiB.</summary>
    public const ulong FlatCode32 = 0x00CF_FB00_0000_FFFF;
    /// <summary>Present data at privilege level 3: base 0, 4 GiB.</summary>
    public const ulong FlatData = 0x00CF_F300_0000_FFFF;

    /// <summary>
    /// Checks a descriptor and makes it harmless: code and data run at level 3; system descriptors and gates are refused
    /// while present.
    /// </summary>
    public static bool TryAdjust(ulong descriptor, out ulong adjusted)
    {
        adjusted = descriptor;
        if ((descriptor & Present) == 0)
        {
            return true;
        }

        if ((descriptor & CodeOrData) == 0)
        {
            return false;
        }

        adjusted = descriptor | PrivilegeMask | Accessed;
        return true;
    }

    /// <summary>Whether the descriptor is present code.</summary>
    public static bool IsCode(ulong descriptor) => (descriptor & (Present | CodeOrData | Code)) == (Present | CodeOrData | Code);

    /// <summary>Whether the descriptor is present data that can be written.</summary>
    public static bool IsWritableData(ulong descriptor) =>
        (descriptor & (Present | CodeOrData | Code)) == (Present | CodeOrData) && (descriptor & (1UL << 41)) != 0;
}
