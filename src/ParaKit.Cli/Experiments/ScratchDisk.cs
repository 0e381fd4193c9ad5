using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <summary>A file for a guest's disk, gone at the end.</summary>
internal sealed class ScratchDisk : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    /// <summary>Makes it, all zero.</summary>
    public ScratchDisk(ulong bytes)
    {
        using var file = File.OpenWrite(_path);
        file.SetLength((long)bytes);
    }

    /// <summary>The disk.</summary>
    public DiskOptions Options => new(_path, IsReadOnly: false);

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_path);
}
