using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>Counterparts of <see cref="Console"/>.</summary>
public static unsafe class ParavirtualConsole
{
    /// <summary>Counterpart of <see cref="Console.Write(byte*, int)"/>.</summary>
    public static void Write(byte* text, int length) => Hypercall.ConsoleIo(ConsoleOperation.Write, length, text);
}
