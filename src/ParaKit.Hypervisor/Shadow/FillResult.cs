namespace ParaKit.Hypervisor.Shadow;

/// <summary>What a page fault of a guest on shadow tables turned out to be. Adams and Agesen (2006), "Tracing".</summary>
internal enum FillResult
{
    /// <summary>Hidden: the guest's own tables allow the access, the shadow did not know yet. It does now.</summary>
    Hidden,

    /// <summary>True: the guest's own tables forbid the access.</summary>
    True,

    /// <summary>The access is allowed but must not happen unseen: a write to a page table, or an address without memory behind it.</summary>
    Traced,
}
