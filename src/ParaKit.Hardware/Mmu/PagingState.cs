namespace ParaKit.Hardware.Mmu;

/// <summary>What the control registers say about address translation.</summary>
/// <param name="Cr3">Physical address of the top-level table, with its flag bits.</param>
/// <param name="WriteProtect">CR0.WP: supervisor writes obey read-only pages.</param>
/// <param name="NoExecuteEnabled">EFER.NXE: bit 63 of entries forbids execution and is not reserved.</param>
internal readonly record struct PagingState(ulong Cr3, bool WriteProtect, bool NoExecuteEnabled)
{
    /// <summary>Physical address of the table that translates guest-physical addresses; 0 if physical addresses are the machine's.</summary>
    public ulong NestedCr3 { get; init; }

    /// <summary>A guest-physical address without translation ends the walk; otherwise nobody drives the bus there.</summary>
    public bool NestedFaultsExit { get; init; }

    /// <summary>How guest-physical addresses are translated: as user accesses, by tables of the same format.</summary>
    public PagingState Nested => new(NestedCr3, WriteProtect: true, NoExecuteEnabled: true);
}
