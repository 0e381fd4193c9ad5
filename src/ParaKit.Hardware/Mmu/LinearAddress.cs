namespace ParaKit.Hardware.Mmu;

/// <summary>Rules for 48-bit linear addresses. Intel SDM vol. 1, "Canonical Addressing".</summary>
public static class LinearAddress
{
    /// <summary>Significant bits.</summary>
    public const int Bits = 48;

    /// <summary>Whether bits 47 to 63 are equal.</summary>
    public static bool IsCanonical(ulong linear) => (ulong)((long)(linear << (64 - Bits)) >> (64 - Bits)) == linear;
}
