using System.Runtime.InteropServices;

namespace ParaKit.Hypervisor.Kvm;

/// <summary>The system calls behind /dev/kvm. Linux "The Definitive KVM API Documentation"; numbers as of x86-64.</summary>
internal static unsafe partial class KvmApi
{
    public const int Version = 12;
    public const nuint GetApiVersion = 0xAE00;
    public const nuint CreateVm = 0xAE01;
    public const nuint GetVcpuMmapSize = 0xAE04;
    public const nuint CreateVcpu = 0xAE41;
    public const nuint SetTssAddress = 0xAE47;
    public const nuint Run = 0xAE80;
    public const nuint SetUserMemoryRegion = 0x4020_AE46;
    public const nuint SetIdentityMapAddress = 0x4008_AE48;
    public const nuint GetRegisters = 0x8090_AE81;
    public const nuint SetRegisters = 0x4090_AE82;
    public const nuint GetSpecialRegisters = 0x8138_AE83;
    public const nuint SetSpecialRegisters = 0x4138_AE84;
    public const nuint Interrupt = 0x4004_AE86;
    public const nuint GetSupportedCpuid = 0xC008_AE05;
    public const nuint SetCpuid = 0x4008_AE90;

    public const int ErrorInterrupted = 4;
    public const int ErrorTryAgain = 11;

    private const int ReadWriteCloseOnExec = 0x80002;
    private const int ProtectionReadWrite = 3;
    private const int MapShared = 1;
    private const nint Failed = -1;

    /// <summary>Opens a file for reading and writing; negative on failure.</summary>
    public static int Open(string path) => OpenFile(path, ReadWriteCloseOnExec);

    /// <summary>Maps the beginning of a file; null on failure.</summary>
    public static byte* Map(int file, nuint length)
    {
        var address = MapMemory(0, length, ProtectionReadWrite, MapShared, file, 0);
        return address == Failed ? null : (byte*)address;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int file, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(byte* address, nuint length);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetSignalHandler(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "pthread_self")]
    public static partial nint CurrentThread();

    [LibraryImport("libc", EntryPoint = "pthread_kill")]
    public static partial int SignalThread(nint thread, int number);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MapMemory(nint address, nuint length, int protection, int flags, int file, nint offset);
}
