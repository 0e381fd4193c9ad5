using Microsoft.Win32.SafeHandles;
using ParaKit.Hypervisor.Memory;

namespace ParaKit.Hypervisor.Overcommit;

/// <summary>Where the hypervisor puts pages of guests for which there is no memory: a temporary file of the host, which vanishes when it is closed.</summary>
internal sealed class SwapSpace : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly Stack<long> _free = new();
    private long _end;

    /// <summary>Makes an empty one.</summary>
    /// <exception cref="IOException">The host cannot make the file.</exception>
    public SwapSpace() => _file = File.OpenHandle(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);

    /// <summary>Pages in it.</summary>
    public long Used => _end - _free.Count;

    /// <summary>Stores a page.</summary>
    /// <returns>The slot that it is in.</returns>
    public long Write(ReadOnlySpan<byte> page)
    {
        var slot = _free.Count > 0 ? _free.Pop() : _end++;
        RandomAccess.Write(_file, page, slot * PageTableEntries.FrameBytes);
        return slot;
    }

    /// <summary>Takes a page out again.</summary>
    /// <exception cref="IOException">The host's file has become too short.</exception>
    public void Take(long slot, Span<byte> page)
    {
        for (var done = 0; done < page.Length;)
        {
            var read = RandomAccess.Read(_file, page[done..], (slot * PageTableEntries.FrameBytes) + done);
            done += read > 0 ? read : throw new IOException("The swap file has lost a page.");
        }

        Free(slot);
    }

    /// <summary>Gives a slot up.</summary>
    public void Free(long slot) => _free.Push(slot);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
