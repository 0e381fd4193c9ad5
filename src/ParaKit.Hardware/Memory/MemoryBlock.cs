using System.Runtime.InteropServices;

namespace ParaKit.Hardware.Memory;

/// <summary>Zeroed, page-aligned host memory: a memfd mapping on Linux, ordinary native memory elsewhere.</summary>
internal sealed unsafe partial class MemoryBlock : IDisposable
{
    private const nuint PageSize = 4096;
    private const int ProtectionReadWrite = 3;
    private const int MapShared = 1;
    private const uint CloseOnExec = 1;

    private readonly nuint _length;
    private readonly bool _mapped;

    public MemoryBlock(nuint length)
    {
        _length = length;
        Pointer = TryMap(length);
        _mapped = Pointer != null;
        if (!_mapped)
        {
            Pointer = (byte*)NativeMemory.AlignedAlloc(length, PageSize);
            NativeMemory.Clear(Pointer, length);
        }
    }

    ~MemoryBlock() => Release();

    /// <summary>First byte; null after disposal.</summary>
    public byte* Pointer { get; private set; }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        // Safety: Pointer is reset, so the block is released once; owners drop their copies when they are disposed.
        byte* pointer = Pointer;
        Pointer = null;
        if (pointer == null)
        {
            return;
        }

        if (_mapped)
        {
            _ = Unmap(pointer, _length);
        }
        else
        {
            NativeMemory.AlignedFree(pointer);
        }
    }

    private static byte* TryMap(nuint length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        int file = CreateMemoryFile("parakit-ram", CloseOnExec);
        if (file < 0)
        {
            return null;
        }

        nint address = -1;
        if (Truncate(file, (nint)length) == 0)
        {
            address = Map(0, length, ProtectionReadWrite, MapShared, file, 0);
        }

        _ = Close(file);
        return address == -1 ? null : (byte*)address;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate")]
    private static partial int Truncate(int file, nint length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* address, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
