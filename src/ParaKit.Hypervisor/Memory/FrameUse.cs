namespace ParaKit.Hypervisor.Memory;

/// <summary>A page of a guest and what it is used as, as things are now.</summary>
/// <param name="Page">The guest's number of it.</param>
/// <param name="Frame">Its machine frame; null if it is nowhere in the machine.</param>
/// <param name="Use">"L1 table" to "L4 table", "descriptors", "writable", "read-only" (mapped, but nowhere writable) or "unmapped" for a paravirtual domain, whose frames have types;
/// "empty", "private", "shared", "paged out" or "ballooned" for an unmodified guest.</param>
/// <param name="TypeUses">Uses as that type.</param>
/// <param name="References">All uses, with the allocation itself.</param>
public readonly record struct FrameUse(Pfn Page, Mfn? Frame, string Use, uint TypeUses, uint References);
