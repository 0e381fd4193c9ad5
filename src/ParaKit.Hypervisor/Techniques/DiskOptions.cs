using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Block;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>A file that a guest gets as a disk.</summary>
/// <param name="Path">The file; whole sectors of 512 bytes of it.</param>
/// <param name="IsReadOnly">Whether the guest may only read.</param>
public sealed record DiskOptions(string Path, bool IsReadOnly)
{
    /// <summary>Another medium in place of the file, for tests that make it fail.</summary>
    internal IBlockMedium? Medium { get; init; }

    /// <summary>What serves the guest in place of the back end, for tests that let that die.</summary>
    internal Func<BlockBackend, IBackend>? Serve { get; init; }
}
