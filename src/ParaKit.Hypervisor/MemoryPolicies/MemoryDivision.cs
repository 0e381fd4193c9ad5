namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// What a policy comes to when it has its way: no page can go from a guest to another that would pay more for it. All who are within their limits then pay the
/// same per page, but for the price of one page.
/// </summary>
public static class MemoryDivision
{
    private const int Halvings = 200;

    /// <summary>Divides pages among guests.</summary>
    /// <param name="policy">Who pays what.</param>
    /// <param name="claims">The guests.</param>
    /// <param name="pages">Pages to divide; more than all maxima together stay unused.</param>
    /// <returns>Pages for each guest: from its minimum to its maximum.</returns>
    /// <exception cref="ArgumentException">Not even the minima fit: nobody should have been admitted.</exception>
    public static long[] Divide(IMemoryPolicy policy, IReadOnlyList<MemoryClaim> claims, long pages)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(claims);
        if (claims.Sum(claim => claim.Minimum) > pages)
        {
            throw new ArgumentException($"{pages} pages are fewer than all guests have been promised.", nameof(pages));
        }

        var targets = claims.Select(claim => claim.Maximum).ToArray();
        if (targets.Sum() <= pages)
        {
            return targets;
        }

        // At a price that is too high for all of the pages; what is left of them goes to who pays most.
        var price = HighestPriceThatFits(policy, claims, pages);
        targets = [.. claims.Select(claim => PagesAt(policy, claim, price))];
        for (var left = pages - targets.Sum(); left > 0; left--)
        {
            var best = HighestBidder(policy, claims, targets);
            targets[best]++;
        }

        return targets;
    }

    /// <summary>Who gives up the next page: the guest that pays least for what it has. -1 if all are at their minima.</summary>
    public static int Victim(IMemoryPolicy policy, IReadOnlyList<MemoryClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(claims);
        var (victim, lowest) = (-1, double.MaxValue);
        for (var i = 0; i < claims.Count; i++)
        {
            var claim = claims[i];
            var price = policy.PricePerPage(in claim, Math.Max(claim.Allocated, 1));
            if (claim.Allocated > claim.Minimum && price < lowest)
            {
                (victim, lowest) = (i, price);
            }
        }

        return victim;
    }

    private static double HighestPriceThatFits(IMemoryPolicy policy, IReadOnlyList<MemoryClaim> claims, long pages)
    {
        var (low, high) = (0.0, 1.0);
        while (claims.Sum(claim => PagesAt(policy, claim, high)) > pages)
        {
            (low, high) = (high, high * 2);
        }

        for (var i = 0; i < Halvings && low < high; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = claims.Sum(claim => PagesAt(policy, claim, middle)) > pages ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The most pages for each of which a guest pays at least the price. Prices are of the form c / P.</summary>
    private static long PagesAt(IMemoryPolicy policy, in MemoryClaim claim, double price)
    {
        var affordable = price <= 0 ? double.MaxValue : Math.Floor(policy.PricePerPage(in claim, 1) / price);
        return (long)Math.Clamp(affordable, claim.Minimum, claim.Maximum);
    }

    private static int HighestBidder(IMemoryPolicy policy, IReadOnlyList<MemoryClaim> claims, long[] targets)
    {
        var (best, highest) = (-1, -1.0);
        for (var i = 0; i < claims.Count; i++)
        {
            var claim = claims[i];
            var price = policy.PricePerPage(in claim, targets[i] + 1);
            if (targets[i] < claim.Maximum && price > highest)
            {
                (best, highest) = (i, price);
            }
        }

        return best;
    }
}
