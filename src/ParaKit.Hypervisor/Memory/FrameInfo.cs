namespace ParaKit.Hypervisor.Memory;

/// <summary>What the hypervisor knows about one machine frame.</summary>
public record struct FrameInfo
{
    /// <summary>Who may use it.</summary>
    public DomainId Owner { get; set; }

    /// <summary>What it is used as; meaningful while <see cref="TypeCount"/> is not 0, except that
    /// <see cref="PageType.Writable"/> stays until the next type, because TLBs may still hold writable entries.</summary>
    public PageType Type { get; set; }

    /// <summary>The guest keeps it typed although no table refers to it (MMUEXT_PIN_*).</summary>
    public bool Pinned { get; set; }

    /// <summary>Its contents have been checked for <see cref="Type"/>.</summary>
    public bool Validated { get; set; }

    /// <summary>Uses as <see cref="Type"/>: table entries, base pointers, pin, descriptor table slots.</summary>
    public uint TypeCount { get; set; }

    /// <summary>All uses: allocation, typed uses, read-only mappings.</summary>
    public uint ReferenceCount { get; set; }

    /// <summary>Whether the frame is a page table right now.</summary>
    public readonly bool IsPageTable => TypeCount != 0 && Type is >= PageType.L1Table and <= PageType.L4Table;
}
