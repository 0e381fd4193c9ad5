namespace ParaKit.Hardware.Mmu;

/// <summary>What the control registers say about address translation.</summary>
/// <param name="Cr3">Physical address of the top-level table, with its flag bits.</param>
/// <param name="WriteProtect">CR0.WP: supervisor writes obey read-only pages.</param>
/// <param name="NoExecuteEnabled">EFER.NXE: bit 63 of entries forbids execution and is not reserved.</param>
internal readonly record struct PagingState(ulong Cr3, bool WriteProtect, bool NoExecuteEnabled);
