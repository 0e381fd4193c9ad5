namespace ParaKit.Hypervisor.Overcommit;

/// <summary>Where a page of a guest is.</summary>
public enum PageState : byte
{
    /// <summary>Never touched: nowhere; zeroed when it is.</summary>
    Empty,

    /// <summary>In a frame of the guest's own.</summary>
    Private,

    /// <summary>In a frame that other pages with the same contents are in too: copied when it is written to.</summary>
    Shared,

    /// <summary>In the hypervisor's swap space.</summary>
    PagedOut,

    /// <summary>Given up by the guest's balloon driver: nowhere. A touch makes it an empty page again.</summary>
    Ballooned,
}
