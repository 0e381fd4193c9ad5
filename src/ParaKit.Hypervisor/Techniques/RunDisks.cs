using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>Opens the disks that a run asks for.</summary>
internal static class RunDisks
{
    /// <summary>Opens them.</summary>
    /// <param name="disks">What is asked for.</param>
    /// <param name="most">How many there can be.</param>
    /// <exception cref="DomainBuildException">One cannot be used, or there are too many.</exception>
    public static DiskFiles Open(IReadOnlyList<DiskOptions> disks, int most)
    {
        if (disks.Count > most)
        {
            throw new DomainBuildException($"{disks.Count} disks are too many; {most} are possible.");
        }

        var files = new DiskFiles();
        foreach (var disk in disks)
        {
            try
            {
                if (disk.Medium is { } medium)
                {
                    files.Add(medium, disk.IsReadOnly);
                }
                else
                {
                    files.Add(disk.Path, disk.IsReadOnly);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                files.Dispose();
                throw new DomainBuildException($"The disk '{disk.Path}' cannot be used: {exception.Message}", exception);
            }
        }

        return files;
    }
}
