namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// Memory to whoever touches it: price = active pages / P, whatever somebody has paid for. Nothing is idle, and a greedy guest takes from the others: there is no
/// isolation. Denning, "The Working Set Model for Program Behavior" (1968).
/// </summary>
public sealed class WorkingSetPolicy : IMemoryPolicy
{
    /// <inheritdoc/>
    public string Name => "working-set";

    /// <inheritdoc/>
    public double PricePerPage(in MemoryClaim claim, long pages) => Math.Max(claim.ActivePages, 1) / pages;
}
