namespace ParaKit.Abi;

/// <summary>Commands of console_io. Xen public/xen.h, "CONSOLEIO_*".</summary>
public enum ConsoleOperation : uint
{
    /// <summary>Write bytes; returns 0.</summary>
    Write = 0,
    /// <summary>Read bytes; returns how many.</summary>
    Read = 1,
}
