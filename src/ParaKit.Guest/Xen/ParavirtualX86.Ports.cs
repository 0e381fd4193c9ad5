using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <content>Ports: a domain has only the console, in the form of the first serial port.</content>
public static unsafe partial class ParavirtualX86
{
    private const ushort ConsoleBase = 0x3f8;
    private const ushort ConsoleLast = ConsoleBase + 7;
    private const ushort ConsoleLineStatus = ConsoleBase + 5;
    private const byte TransmitterEmpty = 0x60;

    /// <summary>Counterpart of <see cref="X86.In8"/>.</summary>
    public static byte In8(ushort port)
    {
        RequireConsole(port);
        return port == ConsoleLineStatus ? TransmitterEmpty : (byte)0;
    }

    /// <summary>Counterpart of <see cref="X86.In16"/>.</summary>
    public static ushort In16(ushort port)
    {
        NoSuchPort(port);
        return 0;
    }

    /// <summary>Counterpart of <see cref="X86.In32"/>.</summary>
    public static uint In32(ushort port)
    {
        NoSuchPort(port);
        return 0;
    }

    /// <summary>Counterpart of <see cref="X86.Out8"/>.</summary>
    public static void Out8(ushort port, byte value)
    {
        RequireConsole(port);
        if (port == ConsoleBase)
        {
            Hypercall.ConsoleIo(ConsoleOperation.Write, 1, &value);
        }
    }

    /// <summary>Counterpart of <see cref="X86.Out16"/>.</summary>
    public static void Out16(ushort port, ushort value) => NoSuchPort(port);

    /// <summary>Counterpart of <see cref="X86.Out32"/>.</summary>
    public static void Out32(ushort port, uint value) => NoSuchPort(port);

    private static void RequireConsole(ushort port)
    {
        if (port is < ConsoleBase or > ConsoleLast)
        {
            NoSuchPort(port);
        }
    }

    private static void NoSuchPort(ushort port)
    {
        Console.Write("port ");
        Console.WriteHex(port, 4);
        Platform.Fail(" does not exist in a domain");
    }
}
