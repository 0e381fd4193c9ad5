using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Overcommit;

/// <summary>What is done with a page to share it, in this order. Waldspurger (2002), section 4.2.</summary>
public enum SharingStep
{
    /// <summary>Its contents were hashed.</summary>
    Hashed,

    /// <summary>The table knows a page with the same hash: a hint.</summary>
    Matched,

    /// <summary>All bytes were compared and are the same.</summary>
    Compared,

    /// <summary>The guest's map leads to the other's frame now.</summary>
    Remapped,

    /// <summary>One more page is counted in that frame, and none may write to it.</summary>
    Protected,

    /// <summary>The frame that it was in is free.</summary>
    Freed,
}

/// <summary>A step of sharing a page.</summary>
/// <param name="Step">What was done.</param>
/// <param name="Guest">Whose page.</param>
/// <param name="Page">Which.</param>
/// <param name="Frame">The frame that it was in; from <see cref="SharingStep.Remapped"/> to <see cref="SharingStep.Protected"/>, the one it is in now.</param>
public readonly record struct SharingEvent(SharingStep Step, DomainId Guest, Pfn Page, Mfn Frame);
