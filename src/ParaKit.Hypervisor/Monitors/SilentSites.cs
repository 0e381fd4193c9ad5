using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;

namespace ParaKit.Hypervisor.Monitors;

/// <summary>Where a kernel has sensitive instructions that do not trap: the set that the remedy of binary patching starts from.</summary>
internal static class SilentSites
{
    /// <summary>Guest-physical addresses of their first bytes.</summary>
    public static IReadOnlyList<ulong> Of(KernelImage image)
    {
        var code = ImageCode.Explore(image);
        return
        [
            .. code.Map.Instructions()
                .Where(i => i.CodeSize == CodeSize.Code64 && SensitiveInstructions.Find(i.Code)?.Class == InstructionClass.SensitiveUnprivileged)
                .Where(i => code.Map.OriginOf(i.IP) == CodeOrigin.Descent || image.TryFindSymbol(i.IP, out _))
                .Select(i => PhysicalOf(image, i.IP)),
        ];
    }

    private static ulong PhysicalOf(KernelImage image, ulong address)
    {
        var segment = image.Segments.First(s => address - s.VirtualAddress < (ulong)s.Data.Length);
        return segment.PhysicalAddress + (address - segment.VirtualAddress);
    }
}
