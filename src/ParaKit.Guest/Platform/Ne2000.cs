using System;
using ParaKit.Network;

namespace ParaKit.Guest;

/// <summary>
/// An NE2000 card at its usual ports, polled: a DP8390 with 16 KiB of memory that is reached through a data port. National Semiconductor, "DP8390D/NS32490D NIC
/// Network Interface Controller", "Internal Registers", "Remote DMA", "Packet Reception".
/// </summary>
internal static unsafe class Ne2000
{
    private const ushort Base = 0x300;
    private const ushort DataPort = Base + 0x10;
    private const ushort ResetPort = Base + 0x1f;
    private const byte Command = 0;
    private const byte PageStart = 1;
    private const byte PageStop = 2;
    private const byte Boundary = 3;
    private const byte TransmitStart = 4;
    private const byte TransmitCountLow = 5;
    private const byte TransmitCountHigh = 6;
    private const byte InterruptStatus = 7;
    private const byte RemoteAddressLow = 8;
    private const byte RemoteAddressHigh = 9;
    private const byte RemoteCountLow = 10;
    private const byte RemoteCountHigh = 11;
    private const byte ReceiveConfiguration = 12;
    private const byte TransmitConfiguration = 13;
    private const byte DataConfiguration = 14;
    private const byte InterruptMask = 15;
    private const byte Current = 7; // of register page 1
    private const byte Stop = 0x21;
    private const byte Start = 0x22;
    private const byte StartPage1 = 0x62;
    private const byte Transmit = 0x26;
    private const byte RemoteRead = 0x0a;
    private const byte RemoteWrite = 0x12;
    private const byte AllStatus = 0xff;
    private const byte StatusReset = 0x80;
    private const byte StatusRemoteDone = 0x40;
    private const byte StatusTransmitted = 0x02;
    private const byte StatusReceived = 0x01;
    private const byte AcceptBroadcast = 0x04;
    private const byte NoReceiving = 0x20;
    private const byte LoopBack = 0x02;
    private const byte WordTransfers = 0x49;
    private const byte NothingThere = 0xff;
    private const byte TransmitPage = 0x40;
    private const byte ReceiveFirst = 0x46;
    private const byte ReceiveEnd = 0x80;
    private const int PageBytes = 256;
    private const int RecordBytes = 4;
    private const int Attempts = 100_000;

    private static byte* s_buffer;

    internal static bool TryInitialize(byte* buffer, out ulong hardware)
    {
        const int AddressBytes = 6;
        hardware = 0;
        if (X86.In8(Base) == NothingThere)
        {
            return false;
        }

        s_buffer = buffer;
        X86.Out8(ResetPort, X86.In8(ResetPort));
        if (!Await(StatusReset))
        {
            return false;
        }

        Configure();

        // The station address lies in the first bytes of the card's memory, each twice.
        Read(0, buffer, AddressBytes * 2);
        for (int i = 0; i < AddressBytes; i++)
        {
            hardware = (hardware << 8) | buffer[i * 2];
        }

        Write(Command, StartPage1 & ~Start | Stop);
        for (int i = 0; i < AddressBytes; i++)
        {
            Write((byte)(1 + i), buffer[i * 2]);
        }

        Write(Current, ReceiveFirst + 1);
        Write(Command, Start);
        Write(TransmitConfiguration, 0);
        Write(ReceiveConfiguration, AcceptBroadcast);
        return true;
    }

    /// <summary>Interrupts for frames that have come: sending waits for its end anyway.</summary>
    internal static void EnableInterrupts() => Write(InterruptMask, StatusReceived);

    internal static bool TrySend(ReadOnlySpan<byte> frame)
    {
        if (frame.Length is < EthernetFrame.HeaderBytes or > EthernetFrame.MaximumBytes)
        {
            return false;
        }

        frame.CopyTo(new Span<byte>(s_buffer, EthernetFrame.MaximumBytes));
        int length = frame.Length;
        for (; length < EthernetFrame.MinimumBytes; length++)
        {
            s_buffer[length] = 0;
        }

        WriteMemory(TransmitPage * PageBytes, s_buffer, length);
        Write(TransmitStart, TransmitPage);
        Write(TransmitCountLow, (byte)length);
        Write(TransmitCountHigh, (byte)(length >> 8));
        Write(Command, Transmit);
        bool isSent = Await(StatusTransmitted);
        Write(InterruptStatus, StatusTransmitted);
        return isSent;
    }

    /// <summary>The card writes frames into a ring of pages, each with a record of its status, the next frame's page, and its length.</summary>
    internal static byte* Receive(out int length)
    {
        length = 0;

        // Before looking: what comes later raises the line again.
        Write(InterruptStatus, StatusReceived);
        Write(Command, StartPage1);
        byte current = X86.In8(Base + Current);
        Write(Command, Start);
        byte page = (byte)(X86.In8(Base + Boundary) + 1);
        page = page >= ReceiveEnd ? ReceiveFirst : page;
        if (page == current)
        {
            return null;
        }

        ushort* record = stackalloc ushort[RecordBytes / sizeof(ushort)];
        Read(page * PageBytes, (byte*)record, RecordBytes);
        byte next = (byte)(record[0] >> 8);
        int count = record[1] - RecordBytes;
        bool isSound = next is >= ReceiveFirst and < ReceiveEnd && count is >= EthernetFrame.HeaderBytes and <= EthernetFrame.MaximumBytes;
        if (!isSound)
        {
            next = current; // the ring is out of step: what is in it is lost
        }
        else
        {
            ReadRing((page * PageBytes) + RecordBytes, s_buffer, count);
        }

        Write(Boundary, next == ReceiveFirst ? (byte)(ReceiveEnd - 1) : (byte)(next - 1));
        length = isSound ? count : 0;
        return isSound ? s_buffer : null;
    }

    private static void Configure()
    {
        Write(Command, Stop);
        Write(DataConfiguration, WordTransfers);
        Write(RemoteCountLow, 0);
        Write(RemoteCountHigh, 0);
        Write(ReceiveConfiguration, NoReceiving);
        Write(TransmitConfiguration, LoopBack);
        Write(PageStart, ReceiveFirst);
        Write(PageStop, ReceiveEnd);
        Write(Boundary, ReceiveFirst);
        Write(InterruptStatus, AllStatus);
        Write(InterruptMask, 0);
    }

    private static void ReadRing(int address, byte* buffer, int count)
    {
        const int End = ReceiveEnd * PageBytes;
        int first = Math.Min(count, End - address);
        Read(address, buffer, first);
        if (first < count)
        {
            Read(ReceiveFirst * PageBytes, buffer + first, count - first);
        }
    }

    private static void Read(int address, byte* buffer, int count)
    {
        SetRemote(address, count, RemoteRead);
        for (int i = 0; i < count; i += sizeof(ushort))
        {
            *(ushort*)(buffer + i) = X86.In16(DataPort);
        }

        Await(StatusRemoteDone);
        Write(InterruptStatus, StatusRemoteDone);
    }

    private static void WriteMemory(int address, byte* buffer, int count)
    {
        SetRemote(address, count, RemoteWrite);
        for (int i = 0; i < count; i += sizeof(ushort))
        {
            X86.Out16(DataPort, *(ushort*)(buffer + i));
        }

        Await(StatusRemoteDone);
        Write(InterruptStatus, StatusRemoteDone);
    }

    /// <summary>Words go through the data port, so an odd count is one more.</summary>
    private static void SetRemote(int address, int count, byte command)
    {
        count = (count + 1) & ~1;
        Write(Command, Start);
        Write(InterruptStatus, StatusRemoteDone);
        Write(RemoteCountLow, (byte)count);
        Write(RemoteCountHigh, (byte)(count >> 8));
        Write(RemoteAddressLow, (byte)address);
        Write(RemoteAddressHigh, (byte)(address >> 8));
        Write(Command, command);
    }

    private static bool Await(byte status)
    {
        for (int i = 0; i < Attempts; i++)
        {
            if ((X86.In8(Base + InterruptStatus) & status) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static void Write(byte register, byte value) => X86.Out8((ushort)(Base + register), value);
}
