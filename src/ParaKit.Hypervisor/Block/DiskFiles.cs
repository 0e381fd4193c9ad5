using ParaKit.Hardware.Devices;

namespace ParaKit.Hypervisor.Block;

/// <summary>The files of a run's disks, open as long as it lasts.</summary>
internal sealed class DiskFiles : IDisposable
{
    private readonly List<BlockFile> _files = [];

    /// <summary>The disks.</summary>
    public List<VirtualBlockDevice> Devices { get; } = [];

    /// <summary>Opens one more.</summary>
    /// <exception cref="IOException">It cannot be opened, or has no whole sector.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be used so.</exception>
    public void Add(string path, bool isReadOnly)
    {
        var file = new BlockFile(path, isReadOnly);
        _files.Add(file);
        if (file.Sectors == 0)
        {
            throw new IOException("it has no whole sector.");
        }

        Devices.Add(new VirtualBlockDevice([new BlockExtent(file, 0, file.Sectors, isReadOnly)]));
    }

    /// <summary>Adds a medium of the caller.</summary>
    public void Add(IBlockMedium medium, bool isReadOnly) => Devices.Add(new VirtualBlockDevice([new BlockExtent(medium, 0, medium.Sectors, isReadOnly)]));

    /// <summary>Makes what was written to any of them durable.</summary>
    /// <exception cref="IOException">The host has no room, or fails.</exception>
    public void Flush() => Devices.ForEach(device => device.Flush());

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());
}

/// <summary>A virtual block device as an emulated disk sees it.</summary>
internal sealed class SectorStore(VirtualBlockDevice device) : ISectorStore
{
    /// <inheritdoc/>
    public ulong Sectors => device.Sectors;

    /// <inheritdoc/>
    public bool TryRead(ulong sector, Span<byte> bytes) =>
        device.TryTranslate(sector, 1, isWrite: false, out var parts) && parts[0].Extent.File.TryRead(parts[0].Sector, bytes);

    /// <inheritdoc/>
    public bool TryWrite(ulong sector, ReadOnlySpan<byte> bytes)
    {
        if (!device.TryTranslate(sector, 1, isWrite: true, out var parts))
        {
            return false;
        }

        try
        {
            parts[0].Extent.File.Write(parts[0].Sector, bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryFlush()
    {
        try
        {
            device.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
