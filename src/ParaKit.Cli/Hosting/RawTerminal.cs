using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ParaKit.Cli.Hosting;

/// <summary>Standard input as a terminal that passes every key on as it is, until it is disposed of. termios(3), "cfmakeraw".</summary>
internal sealed partial class RawTerminal : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0; // TCSANOW

    /// <summary>More than struct termios has on any system.</summary>
    private const int Bytes = 256;

    private readonly byte[] _before;
    private bool _isDisposed;

    private RawTerminal(byte[] before) => _before = before;

    /// <summary>What is typed, key by key: not by <see cref="Console"/>, which makes lines of it and changes the terminal.</summary>
    public Stream Input { get; } = new FileStream(new SafeFileHandle(StandardInput, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <summary>Makes it raw; null if it is no terminal, or the system has none of these.</summary>
    public static RawTerminal? TryEnter()
    {
        var (before, raw) = (new byte[Bytes], new byte[Bytes]);
        if (OperatingSystem.IsWindows() || GetAttributes(StandardInput, before) != 0)
        {
            return null;
        }

        before.CopyTo(raw, 0);
        MakeRaw(raw);
        return SetAttributes(StandardInput, Now, raw) == 0 ? new RawTerminal(before) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = SetAttributes(StandardInput, Now, _before);
            Input.Dispose();
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int file, byte[] attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int file, int when, byte[] attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte[] attributes);
}
