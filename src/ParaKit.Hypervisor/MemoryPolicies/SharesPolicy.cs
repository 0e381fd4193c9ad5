namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// Memory in proportion to shares, whether it is used or not: price = S / P. Isolates guests from each other, and lets an idle one hoard. Waldspurger (2002),
/// section 5.1, "Share-Based Allocation".
/// </summary>
public sealed class SharesPolicy : IMemoryPolicy
{
    /// <inheritdoc/>
    public string Name => "shares";

    /// <inheritdoc/>
    public double PricePerPage(in MemoryClaim claim, long pages) => (double)claim.Shares / pages;
}
