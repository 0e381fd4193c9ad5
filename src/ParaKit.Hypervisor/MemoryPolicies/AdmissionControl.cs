namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>
/// Whether a guest may start: its minimum and what the hypervisor needs for it are set aside in memory, and the rest of its size in swap space, so that what was
/// promised can be kept whatever others do. Waldspurger (2002), section 6.2, "Admission Control".
/// </summary>
/// <param name="pages">Pages of the machine for guests.</param>
/// <param name="swapPages">Pages of swap space.</param>
public sealed class AdmissionControl(long pages, long swapPages)
{
    /// <summary>Pages not yet set aside.</summary>
    public long Unreserved { get; private set; } = pages;

    /// <summary>Pages of swap space not yet set aside.</summary>
    public long UnreservedSwap { get; private set; } = swapPages;

    /// <summary>Sets aside what a guest needs.</summary>
    /// <param name="minimum">Pages that it is promised.</param>
    /// <param name="maximum">Pages that its kernel sees.</param>
    /// <param name="overhead">Pages that the hypervisor needs for it.</param>
    /// <returns>Why it may not start, or null if it may.</returns>
    public string? TryAdmit(long minimum, long maximum, long overhead)
    {
        if (minimum < 1 || maximum < minimum || overhead < 0)
        {
            return $"A guest's memory is at least 1 page and its maximum at least its minimum, not {minimum} to {maximum}.";
        }

        if (minimum + overhead > Unreserved)
        {
            return $"The guest is promised {minimum} pages and needs {overhead} of the hypervisor; {Unreserved} are not promised to others.";
        }

        if (maximum - minimum > UnreservedSwap)
        {
            return $"{maximum - minimum} pages of the guest may have to go to swap space; {UnreservedSwap} of it are not promised to others.";
        }

        Unreserved -= minimum + overhead;
        UnreservedSwap -= maximum - minimum;
        return null;
    }

    /// <summary>Gives back what a guest had, with the same numbers.</summary>
    public void Release(long minimum, long maximum, long overhead)
    {
        Unreserved += minimum + overhead;
        UnreservedSwap += maximum - minimum;
    }
}
