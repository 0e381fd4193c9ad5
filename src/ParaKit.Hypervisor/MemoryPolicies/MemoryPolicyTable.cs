namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>All memory policies by name.</summary>
public static class MemoryPolicyTable
{
    private static readonly Func<double, IMemoryPolicy>[] s_all = [tax => new IdleTaxPolicy(tax), _ => new SharesPolicy(), _ => new WorkingSetPolicy()];

    /// <summary>Their names; the first is the default.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(make => make(0).Name)];

    /// <summary>Makes one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tax">The tax on idle memory, for the policy that has one.</param>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tax is not 0 to below 1.</exception>
    public static IMemoryPolicy Make(string name, double tax = IdleTaxPolicy.DefaultTax)
    {
        var index = Names.ToList().IndexOf(name);
        return index >= 0 ? s_all[index](tax) : throw new ArgumentException($"There is no memory policy '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
    }
}
