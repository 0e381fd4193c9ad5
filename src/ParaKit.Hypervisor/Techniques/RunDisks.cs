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
        RequireAtMost(disks.Count, most);
        var files = new DiskFiles();
        try
        {
            disks.ToList().ForEach(disk => Add(files, disk));
            return files;
        }
        catch (DomainBuildException)
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Checks how many there are.</summary>
    /// <exception cref="DomainBuildException">Too many.</exception>
    public static void RequireAtMost(int count, int most)
    {
        if (count > most)
        {
            throw new DomainBuildException($"{count} disks are too many; {most} are possible.");
        }
    }

    /// <summary>Opens one more.</summary>
    /// <exception cref="DomainBuildException">It cannot be used.</exception>
    public static void Add(DiskFiles files, DiskOptions disk)
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DomainBuildException($"The disk '{disk.Path}' cannot be used: {exception.Message}", exception);
        }
    }
}
