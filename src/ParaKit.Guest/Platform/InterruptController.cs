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

    // A bit for each line that somebody wants; the second controller arrives over the first's line 2.
    private static int s_open;

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
        WriteMasks();
    }

    internal static void Unmask(int line)
    {
        s_open |= line < 8 ? 1 << line : (1 << line) | (1 << CascadeLine);
        WriteMasks();
    }

    private static void WriteMasks()
    {
        X86.Out8(PrimaryData, (byte)~s_open);
        X86.Out8(SecondaryData, (byte)(~s_open >> 8));
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
