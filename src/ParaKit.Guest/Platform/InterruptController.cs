namespace ParaKit.Guest;

/// <summary>The two cascaded interrupt controllers of a PC (Intel 8259A data sheet, "Initialization Command Words").</summary>
internal static class InterruptController
{
    private const ushort PrimaryCommand = 0x20;
    private const ushort PrimaryData = 0x21;
    private const ushort SecondaryCommand = 0xa0;
    private const ushort SecondaryData = 0xa1;
    private const byte Initialise = 0x11;
    private const byte CascadeLine = 2;
    private const byte Mode8086 = 0x01;
    private const byte NonSpecificEnd = 0x20;

    internal static void Initialize(int firstVector)
    {
        X86.Out8(PrimaryCommand, Initialise);
        X86.Out8(SecondaryCommand, Initialise);
        X86.Out8(PrimaryData, (byte)firstVector);
        X86.Out8(SecondaryData, (byte)(firstVector + 8));
        X86.Out8(PrimaryData, 1 << CascadeLine);
        X86.Out8(SecondaryData, CascadeLine);
        X86.Out8(PrimaryData, Mode8086);
        X86.Out8(SecondaryData, Mode8086);
        X86.Out8(PrimaryData, 0xff);
        X86.Out8(SecondaryData, 0xff);
    }

    internal static void Unmask(int line)
    {
        ushort port = line < 8 ? PrimaryData : SecondaryData;
        X86.Out8(port, (byte)(X86.In8(port) & ~(1 << (line & 7))));
    }

    internal static void EndOfInterrupt(int line)
    {
        if (line >= 8)
        {
            X86.Out8(SecondaryCommand, NonSpecificEnd);
        }

        X86.Out8(PrimaryCommand, NonSpecificEnd);
    }
}
