using System.Collections.Immutable;

namespace ParaKit.Image.Linking;

/// <summary>What the linker needs besides the object file.</summary>
public sealed record LinkOptions(ImageMode Mode)
{
    /// <summary>Size of the kernel's object heap in bytes.</summary>
    public ulong HeapBytes { get; init; } = 2 << 20;

    /// <summary>Size of the boot stack in bytes.</summary>
    public ulong StackBytes { get; init; } = 64 << 10;

    /// <summary>Number of pages for structures that Xen types; paravirtual images only.</summary>
    public int PoolPages { get; init; } = 72;

    /// <summary>Linear address of the user program, if the kernel exports <c>user_main</c>.</summary>
    public ulong UserBase { get; init; } = 0x400000;

    /// <summary>Call sites that the compiler has rewritten, for the report inside the image.</summary>
    public ImmutableArray<RewriteSite> RewrittenCallSites { get; init; } = [];
}
