using ParaKit.Guest;

/// <summary>The ports of the machine that the native kernel believes in.</summary>
internal static unsafe class Ports
{
    private const int FirstController = 0x20;
    private const int SecondController = 0xa0;
    private const int TimerChannel0 = 0x40;
    private const int TimerCommand = 0x43;
    private const int ExitPort = 0xf4;
    private const int Com1 = 0x3f8;
    private const int Com1Last = Com1 + 7;
    private const int LineControl = Com1 + 3;
    private const int LineStatus = Com1 + 5;
    private const byte TransmitterEmpty = 0x60;
    private const byte DivisorLatch = 0x80;

    private static readonly byte[] s_serial = new byte[8];

    /// <summary>OUT.</summary>
    public static void Write(int port, int width, uint value)
    {
        switch (port)
        {
            case FirstController or FirstController + 1:
                InterruptControllers.Write(isSecond: false, port & 1, (byte)value);
                break;
            case SecondController or SecondController + 1:
                InterruptControllers.Write(isSecond: true, port & 1, (byte)value);
                break;
            case TimerChannel0:
                IntervalTimer.Write((byte)value);
                break;
            case TimerCommand:
                IntervalTimer.Command((byte)value);
                break;
            case ExitPort:
                Platform.Shutdown((int)value);
                break;
            case Com1 when (s_serial[LineControl - Com1] & DivisorLatch) == 0:
                byte text = (byte)value;
                Console.Write(&text, 1);
                break;
            case >= Com1 and <= Com1Last:
                s_serial[port - Com1] = (byte)value;
                break;
        }
    }

    /// <summary>IN; all ones where there is nothing.</summary>
    public static uint Read(int port, int width) => port switch
    {
        FirstController or FirstController + 1 => InterruptControllers.Read(isSecond: false, port & 1),
        SecondController or SecondController + 1 => InterruptControllers.Read(isSecond: true, port & 1),
        TimerChannel0 => IntervalTimer.Read(),
        LineStatus => TransmitterEmpty,
        >= Com1 and <= Com1Last => s_serial[port - Com1],
        _ => uint.MaxValue >> (32 - (8 * width)),
    };
}
