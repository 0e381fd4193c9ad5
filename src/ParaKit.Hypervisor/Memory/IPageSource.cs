namespace ParaKit.Hypervisor.Memory;

/// <summary>Who sees to it that a guest's pages are there when somebody touches them.</summary>
internal interface IPageSource
{
    /// <summary>
    /// Puts a page into the guest's physical map, for a write as one that is the guest's alone. Called for every touch by the guest that its tables do not
    /// answer, so also for pages that are there.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="isWrite">Whether it is about to be written to, by whomever.</param>
    void Provide(Pfn page, bool isWrite);
}
