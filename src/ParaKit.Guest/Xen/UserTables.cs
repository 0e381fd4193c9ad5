namespace ParaKit.Guest.Xen;

/// <summary>The user-mode top level beside each kernel top level.</summary>
internal static unsafe class UserTables
{
    private const int Capacity = 64;

    private static readonly ulong[] s_kernelTables = new ulong[Capacity];
    private static readonly ulong[] s_userTables = new ulong[Capacity];

    /// <summary>Finds or takes a page for the top level at <paramref name="kernelTable"/> (physical) and notes its use.</summary>
    internal static ulong* Create(ulong kernelTable)
    {
        int slot = SlotOf(0);
        if (s_userTables[slot] == 0)
        {
            s_userTables[slot] = (ulong)PagePool.Take();
        }

        s_kernelTables[slot] = kernelTable;
        FrameUses.Set(s_userTables[slot] - PageTable.KernelBase, FrameUses.Descriptors);
        return (ulong*)s_userTables[slot];
    }

    /// <summary>The user top level beside <paramref name="kernelTable"/>.</summary>
    internal static ulong* Find(ulong kernelTable) => (ulong*)s_userTables[SlotOf(kernelTable)];

    /// <summary>Ends the pairing; the page is used again for the next one.</summary>
    internal static void Free(ulong kernelTable) => s_kernelTables[SlotOf(kernelTable)] = 0;

    private static int SlotOf(ulong kernelTable)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (s_kernelTables[i] == kernelTable)
            {
                return i;
            }
        }

        Platform.Fail(kernelTable == 0 ? "too many address spaces" : "a page table was used that was not adopted");
        return 0;
    }
}
