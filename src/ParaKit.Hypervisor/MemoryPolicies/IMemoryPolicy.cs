namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// Decides who gives up memory when somebody else needs it. Each page costs its guest something; the guest that pays least per page gives way ("min-funding
/// revocation"). Waldspurger, "Memory Resource Management in VMware ESX Server" (2002), section 5.
/// </summary>
public interface IMemoryPolicy
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What a guest pays for each of its pages, if it had <paramref name="pages"/> of them.</summary>
    /// <param name="claim">The guest.</param>
    /// <param name="pages">At least 1.</param>
    double PricePerPage(in MemoryClaim claim, long pages);
}
