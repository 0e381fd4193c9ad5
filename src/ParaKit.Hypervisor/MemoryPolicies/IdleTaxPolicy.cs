namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// Shares adjusted for idleness: an idle page costs k = 1 / (1 - τ) times an active one, so that price = S / (P (f + k (1 - f))). τ = 0 is pure shares; towards
/// 1 only use counts. Waldspurger (2002), section 5.2, "Reclaiming Idle Memory".
/// </summary>
public sealed class IdleTaxPolicy : IMemoryPolicy
{
    /// <summary>The tax rate of who is given none: ESX's 75 %.</summary>
    public const double DefaultTax = 0.75;

    private readonly double _idleCost;

    /// <summary>Makes one.</summary>
    /// <param name="tax">τ: which part of a guest's idle memory may be taken, 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not in that range.</exception>
    public IdleTaxPolicy(double tax = DefaultTax)
    {
        if (tax is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(tax), tax, "A tax on idle memory is 0 to below 1.");
        }

        Tax = tax;
        _idleCost = 1 / (1 - tax);
    }

    /// <inheritdoc/>
    public string Name => "idle-tax";

    /// <summary>τ.</summary>
    public double Tax { get; }

    /// <inheritdoc/>
    public double PricePerPage(in MemoryClaim claim, long pages) =>
        claim.Shares / (pages * (claim.Active + (_idleCost * (1 - claim.Active))));
}
