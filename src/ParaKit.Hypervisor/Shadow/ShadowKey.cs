namespace ParaKit.Hypervisor.Shadow;

/// <summary>What a shadow table stands for.</summary>
/// <param name="Frame">Machine frame of the guest's table; for a part of a large page, of the table that has the page's entry.</param>
/// <param name="Level">Level of the shadow table, 1 to 4.</param>
/// <param name="ForKernel">Whether the guest's kernel runs on it, for which pages of the kernel are user pages of the processor.</param>
/// <param name="LargeEntry">For a part of a large page: the index of the page's entry. Otherwise <see cref="None"/>.</param>
/// <param name="Part">For a 2 MiB part of a 1 GiB page: which.</param>
/// <param name="HasTop">Whether the table is on the way to the last page of the address space, where a monitor may have its window.</param>
internal readonly record struct ShadowKey(
    ulong Frame, int Level, bool ForKernel, int LargeEntry = ShadowKey.None, int Part = 0, bool HasTop = false)
{
    /// <summary>The table stands for a table of the guest.</summary>
    public const int None = -1;
}
