namespace ParaKit.Hypervisor.MemoryPolicies;

/// <summary>How urgently memory is needed. Waldspurger (2002), section 6.3, "Dynamic Reallocation".</summary>
public enum FreeMemoryState
{
    /// <summary>Enough is free; nothing is reclaimed.</summary>
    High,

    /// <summary>Guests are asked by their balloon drivers; who has none is paged.</summary>
    Soft,

    /// <summary>Guests are paged, whatever their drivers do.</summary>
    Hard,

    /// <summary>And who is above its target does not run until it is not.</summary>
    Low,
}
