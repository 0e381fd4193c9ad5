namespace ParaKit.Guest;

/// <summary>The first serial port of a PC, a 16550 (National Semiconductor PC16550D data sheet, "Registers").</summary>
internal static class Uart
{
    private const ushort Base = 0x3f8;
    private const ushort Data = Base;
    private const ushort InterruptEnable = Base + 1;
    private const ushort FifoControl = Base + 2;
    private const ushort LineControl = Base + 3;
    private const ushort ModemControl = Base + 4;
    private const ushort LineStatus = Base + 5;
    private const byte TransmitterEmpty = 0x20;
    private const byte DivisorLatch = 0x80;
    private const byte EightBitsNoParity = 0x03;

    internal static void Initialize()
    {
        X86.Out8(InterruptEnable, 0);
        X86.Out8(LineControl, DivisorLatch);
        X86.Out8(Data, 1); // 115200 baud
        X86.Out8(InterruptEnable, 0);
        X86.Out8(LineControl, EightBitsNoParity);
        X86.Out8(FifoControl, 0x07);
        X86.Out8(ModemControl, 0x03);
    }

    internal static void Write(byte value)
    {
        while ((X86.In8(LineStatus) & TransmitterEmpty) == 0)
        {
            X86.Pause();
        }

        X86.Out8(Data, value);
    }
}
