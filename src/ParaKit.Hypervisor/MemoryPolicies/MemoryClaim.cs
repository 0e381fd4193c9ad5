namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>What one guest may claim of the machine's memory, as a policy sees it.</summary>
/// <param name="Shares">What it is entitled to, relative to others; at least 1.</param>
/// <param name="Minimum">Pages that it gets in any case.</param>
/// <param name="Maximum">Pages that it has when there is enough: the size that its kernel sees.</param>
/// <param name="Allocated">Pages that it has now.</param>
/// <param name="Active">Which part of those it uses, 0 to 1; see <see cref="ActivityEstimator"/>.</param>
public readonly record struct MemoryClaim(long Shares, long Minimum, long Maximum, long Allocated, double Active)
{
    /// <summary>Pages that it uses.</summary>
    public double ActivePages => Active * Allocated;
}
