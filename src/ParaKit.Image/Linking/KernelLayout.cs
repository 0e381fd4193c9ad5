namespace ParaKit.Image.Linking;

/// <summary>The addresses that every image shares.</summary>
internal static class KernelLayout
{
    /// <summary>Linear address of (pseudo-)physical address 0.</summary>
    internal const ulong KernelBase = 0xffffffff80000000;

    /// <summary>Physical address at which images start, clear of a PC's low memory.</summary>
    internal const ulong LoadAddress = 0x100000;

    internal const ulong PageSize = 4096;

    /// <summary>Length of the prefix of memory that every loader, and the image's own first tables, map: nothing may lie beyond.</summary>
    internal const ulong MappedAtBoot = 1UL << 30;

    internal static ulong AlignUp(ulong value, ulong alignment) => alignment <= 1 ? value : (value + alignment - 1) & ~(alignment - 1);

    internal static ulong ToPhysical(ulong linear) => linear - KernelBase;
}
