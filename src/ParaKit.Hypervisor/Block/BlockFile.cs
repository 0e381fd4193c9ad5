using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ParaKit.Abi;

namespace ParaKit.Hypervisor.Block;

/// <summary>A file of the host as sectors. A last part that is no whole sector is not reachable.</summary>
internal sealed partial class BlockFile : IBlockMedium, IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Opens a file: many may read it, or one may write it.</summary>
    /// <exception cref="IOException">It cannot be opened, or has no beginning and end, as a pipe.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written, or read.</exception>
    public BlockFile(string path, bool isReadOnly)
    {
        _handle = isReadOnly
            ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read)
            : File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        try
        {
            Sectors = (ulong)RandomAccess.GetLength(_handle) / BlockRequest.SectorBytes;
        }
        catch (NotSupportedException exception)
        {
            _handle.Dispose();
            throw new IOException("it is no file with sectors.", exception);
        }
    }

    /// <summary>Sectors that it has.</summary>
    public ulong Sectors { get; }

    /// <summary>Reads into memory of the caller; false if the file no longer has the bytes.</summary>
    public bool TryRead(ulong sector, Span<byte> bytes)
    {
        var offset = (long)sector * BlockRequest.SectorBytes;
        while (!bytes.IsEmpty)
        {
            var count = RandomAccess.Read(_handle, bytes, offset);
            if (count == 0)
            {
                return false;
            }

            bytes = bytes[count..];
            offset += count;
        }

        return true;
    }

    /// <summary>Writes.</summary>
    /// <exception cref="IOException">The host has no room, or fails.</exception>
    public void Write(ulong sector, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_handle, bytes, (long)sector * BlockRequest.SectorBytes);

    /// <summary>Gives the sectors' room back to the host where its file system can, and writes zeros where it cannot.</summary>
    /// <exception cref="IOException">The host has no room, or fails.</exception>
    public void Discard(ulong sector, ulong count)
    {
        const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
        const int PunchHole = 2; // FALLOC_FL_PUNCH_HOLE
        var isPunched = OperatingSystem.IsLinux()
            && FileAllocate(_handle, KeepSize | PunchHole, (long)sector * BlockRequest.SectorBytes, (long)count * BlockRequest.SectorBytes) == 0;
        if (!isPunched)
        {
            WriteZeros(sector, count);
        }
    }

    private void WriteZeros(ulong sector, ulong count)
    {
        const ulong Most = 128;
        var zeros = new byte[Most * BlockRequest.SectorBytes];
        for (ulong done = 0; done < count; done += Most)
        {
            Write(sector + done, zeros.AsSpan(0, (int)(Math.Min(count - done, Most) * BlockRequest.SectorBytes)));
        }
    }

    /// <summary>fallocate(2).</summary>
    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int FileAllocate(SafeFileHandle file, int mode, long offset, long length);

    /// <summary>Makes what was written durable.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_handle);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
