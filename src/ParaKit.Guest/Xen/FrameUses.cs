using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// For each frame of the domain: the level of the page table it holds, or that it holds descriptors, and whether it is protected,
/// that is, read-only for the kernel because Xen has given it a type.
/// </summary>
internal static unsafe class FrameUses
{
    /// <summary>Stands for a page of descriptors where a level is expected.</summary>
    internal const int Descriptors = 0x7f;

    private const byte ProtectedFlag = 0x80;

    private static byte[] s_uses;

    /// <summary>Starts the book with the tables that Xen built for the boot; they stay protected.</summary>
    internal static void Initialize(ulong bootTables, ulong count)
    {
        s_uses = new byte[(int)Domain.FrameCount];
        for (ulong i = 0; i < count; i++)
        {
            s_uses[(int)((bootTables / PageTable.PageSize) + i)] = ProtectedFlag | 1;
        }
    }

    /// <summary>Level of the table at a physical address, 0 for ordinary memory.</summary>
    internal static int LevelOf(ulong physical) => s_uses[(int)(physical / PageTable.PageSize)] & ~ProtectedFlag;

    internal static bool IsProtected(ulong physical) => (s_uses[(int)(physical / PageTable.PageSize)] & ProtectedFlag) != 0;

    internal static void Set(ulong physical, int level) => s_uses[(int)(physical / PageTable.PageSize)] = (byte)level;

    /// <summary>Takes the write permission from the current direct map.</summary>
    internal static void Protect(ulong physical)
    {
        MapDirectly(Pfn.Containing(physical), 0);
        s_uses[(int)(physical / PageTable.PageSize)] |= ProtectedFlag;
    }

    /// <summary>Makes the frame ordinary memory again.</summary>
    internal static void Unprotect(ulong physical)
    {
        s_uses[(int)(physical / PageTable.PageSize)] = 0;
        MapDirectly(Pfn.Containing(physical), PageTable.Writable);
    }

    private static void MapDirectly(Pfn frame, ulong writable) => Hypercall.Require(
        Hypercall.UpdateVaMapping(
            Vpn.InDirectMap(frame).Address, Domain.ToMachine(frame).Address | PageTable.Present | writable, UpdateVaMappingFlags.InvalidatePage),
        "change of a page's protection");
}
