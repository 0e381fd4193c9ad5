namespace ParaKit.Guest;

/// <summary>Disk 0 of the first ATA channel, polled. ANSI INCITS 397 (ATA/ATAPI-7 vol. 1), "PIO data-in command protocol".</summary>
internal static unsafe class AtaDisk
{
    private const ushort Base = 0x1f0;
    private const ushort SectorCount = Base + 2;
    private const ushort Low = Base + 3;
    private const ushort Middle = Base + 4;
    private const ushort High = Base + 5;
    private const ushort Device = Base + 6;
    private const ushort Command = Base + 7;
    private const byte CommandRead = 0x20;
    private const byte CommandWrite = 0x30;
    private const byte CommandFlush = 0xe7;
    private const byte CommandIdentify = 0xec;
    private const byte StatusError = 1 << 0;
    private const byte StatusDataRequest = 1 << 3;
    private const byte StatusBusy = 1 << 7;
    private const byte NoChannel = 0xff;
    private const byte LinearAddress = 0xe0;
    private const int WordsPerSector = 256;
    private const int SectorsWord = 60;
    private const ulong AddressLimit = 1 << 28;

    /// <summary>Sectors of the disk; 0 if there is none.</summary>
    internal static ulong Identify()
    {
        X86.Out8(Device, LinearAddress);
        byte status = X86.In8(Command);
        if (status is NoChannel or 0)
        {
            return 0;
        }

        X86.Out8(Command, CommandIdentify);
        if (!WaitForData())
        {
            return 0;
        }

        ulong sectors = 0;
        for (int i = 0; i < WordsPerSector; i++)
        {
            ulong word = X86.In16(Base);
            sectors |= i == SectorsWord ? word : i == SectorsWord + 1 ? word << 16 : 0;
        }

        return sectors;
    }

    internal static bool TryTransfer(ulong sector, ushort* words, int count, bool isWrite)
    {
        if (sector >= AddressLimit)
        {
            return false;
        }

        X86.Out8(Device, (byte)(LinearAddress | (sector >> 24)));
        X86.Out8(SectorCount, (byte)count);
        X86.Out8(Low, (byte)sector);
        X86.Out8(Middle, (byte)(sector >> 8));
        X86.Out8(High, (byte)(sector >> 16));
        X86.Out8(Command, isWrite ? CommandWrite : CommandRead);
        for (int i = 0; i < count; i++)
        {
            if (!WaitForData())
            {
                return false;
            }

            Move(words + (i * WordsPerSector), isWrite);
        }

        return (Wait() & StatusError) == 0;
    }

    internal static bool TryFlush()
    {
        X86.Out8(Command, CommandFlush);
        return (Wait() & StatusError) == 0;
    }

    private static void Move(ushort* words, bool isWrite)
    {
        for (int i = 0; i < WordsPerSector; i++)
        {
            if (isWrite)
            {
                X86.Out16(Base, words[i]);
            }
            else
            {
                words[i] = X86.In16(Base);
            }
        }
    }

    private static bool WaitForData() => (Wait() & (StatusDataRequest | StatusError)) == StatusDataRequest;

    private static byte Wait()
    {
        byte status;
        do
        {
            status = X86.In8(Command);
        }
        while ((status & StatusBusy) != 0);
        return status;
    }
}
