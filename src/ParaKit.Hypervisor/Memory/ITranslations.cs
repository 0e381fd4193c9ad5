namespace ParaKit.Hypervisor.Memory;

/// <summary>Who remembers, for a processor, what pages of a guest are in the machine.</summary>
internal interface ITranslations
{
    /// <summary>
    /// Forgets all about a page: the next touch asks <see cref="IPageSource.Provide"/>. Called while the page still has the frame, before the map changes.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="frame">Its frame.</param>
    void Revoke(Pfn page, Mfn frame);
}
