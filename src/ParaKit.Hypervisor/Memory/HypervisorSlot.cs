namespace ParaKit.Hypervisor.Memory;

/// <summary>A top-level entry that belongs to the hypervisor and is the same in every address space.</summary>
/// <param name="Index">Slot, 256 to 271.</param>
/// <param name="Entry">Its entry.</param>
public readonly record struct HypervisorSlot(int Index, ulong Entry);
