using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Devices;

namespace ParaKit.Hardware.Tests.Devices;

/// <summary>The card as a driver drives it, and as no driver should.</summary>
public sealed class Ne2000Tests
{
    private const ulong Address = 0x00163e_010203;
    private const int Data = 0x10;

    private readonly Wire _wire = new();
    private readonly InterruptLine _line = new(null, 9);
    private readonly Ne2000 _card;

    public Ne2000Tests()
    {
        _card = new Ne2000(Address, _line, _wire);
        _card.Read(0x1f, 1);
        Write(0, 0x21);
        Write(14, 0x49);
        Write(1, 0x46);
        Write(2, 0x80);
        Write(3, 0x46);
        Write(12, 4);
        Write(15, 1);
        Write(0, 0x61);
        for (var i = 0; i < 6; i++)
        {
            Write(1 + i, (byte)(Address >> (40 - (8 * i))));
        }

        Write(7, 0x47);
        Write(0, 0x22);
    }

    [Fact]
    public void Station_SaysItsAddressTwice() =>
        Assert.Equal([0, 0, 0x16, 0x16, 0x3e, 0x3e, 1, 1, 2, 2, 3, 3], ReadMemory(0, 12));

    [Fact]
    public void Frame_GoesFromMemoryToTheWire()
    {
        byte[] frame = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        WriteMemory(0x4000, frame);
        Write(4, 0x40);
        Write(5, 100);
        Write(6, 0);
        Write(0, 0x26);
        Assert.Equal(frame, Assert.Single(_wire.Frames));
        Assert.Equal(2u, _card.Read(7, 1) & 2);
    }

    [Fact]
    public void Frames_AreTakenFromTheRing_AcrossItsEnd()
    {
        var random = new Random(4);
        for (var i = 0; i < 200; i++)
        {
            var frame = new byte[random.Next(60, 1514)];
            random.NextBytes(frame);
            ToUs(frame, isBroadcast: i % 5 == 0);
            Assert.True(_card.TryReceive(frame));
            Assert.True(_line.IsHigh);
            Write(7, 1);
            Assert.False(_line.IsHigh);
            Assert.Equal(frame, Take());
        }
    }

    [Fact]
    public void FullRing_MissesFrames_AndKeepsThoseInIt()
    {
        var frame = new byte[1000];
        ToUs(frame, isBroadcast: false);
        var taken = 0;
        while (_card.TryReceive(frame))
        {
            taken++;
        }

        Assert.Equal(14, taken); // of 58 pages four each, and one stays free
        Assert.Equal(1, _card.Missed);
        for (var i = 0; i < taken; i++)
        {
            Assert.Equal(frame, Take());
        }
    }

    [Fact]
    public void FramesOfOthers_AreNotTaken()
    {
        var frame = new byte[60];
        ToUs(frame, isBroadcast: false);
        frame[5] ^= 1;
        Assert.False(_card.TryReceive(frame));
        ToUs(frame, isBroadcast: true);
        Write(12, 0);
        Assert.False(_card.TryReceive(frame));
        Write(0, 0x21);
        Write(12, 4);
        Assert.False(_card.TryReceive(frame));
    }

    /// <summary>Registers written by chance, frames that come by chance: no exception, and no frame longer than a frame.</summary>
    [Fact]
    public void RandomAccesses_BreakNothing()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            for (var i = 0; i < 5000; i++)
            {
                var offset = random.Next(32);
                if (random.Next(2) == 0)
                {
                    _card.Read(offset, 1 << random.Next(3));
                }
                else
                {
                    _card.Write(offset, 1 << random.Next(3), (uint)random.Next());
                }

                var frame = new byte[random.Next(1600)];
                ToUs(frame, isBroadcast: true);
                _card.TryReceive(frame);
            }
        }

        Assert.All(_wire.Frames, frame => Assert.InRange(frame.Length, 6, 1514));
    }

    private byte[] Take()
    {
        Write(0, 0x62);
        var current = _card.Read(7, 1);
        Write(0, 0x22);
        var page = (int)_card.Read(3, 1) + 1;
        page = page >= 0x80 ? 0x46 : page;
        Assert.NotEqual(current, (uint)page);
        byte[] record = ReadMemory(page * 256, 4);
        byte[] bytes = ReadMemory((page * 256) + 4, (record[2] | (record[3] << 8)) - 4);
        Write(3, (byte)(record[1] == 0x46 ? 0x7f : record[1] - 1));
        return bytes;
    }

    private byte[] ReadMemory(int address, int count)
    {
        SetRemote(address, (count + 1) & ~1);
        Write(0, 0x0a);
        var bytes = new byte[count];
        for (var i = 0; i < count; i += 2)
        {
            var word = _card.Read(Data, 2);
            bytes[i] = (byte)word;
            if (i + 1 < count)
            {
                bytes[i + 1] = (byte)(word >> 8);
            }
        }

        Assert.Equal(0x40u, _card.Read(7, 1) & 0x40);
        Write(7, 0x40);
        return bytes;
    }

    private void WriteMemory(int address, byte[] bytes)
    {
        SetRemote(address, bytes.Length);
        Write(0, 0x12);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            _card.Write(Data, 2, (uint)(bytes[i] | (bytes[i + 1] << 8)));
        }
    }

    private void SetRemote(int address, int count)
    {
        Write(0, 0x22);
        Write(10, (byte)count);
        Write(11, (byte)(count >> 8));
        Write(8, (byte)address);
        Write(9, (byte)(address >> 8));
    }

    private static void ToUs(byte[] frame, bool isBroadcast)
    {
        for (var i = 0; i < Math.Min(6, frame.Length); i++)
        {
            frame[i] = isBroadcast ? (byte)0xff : (byte)(Address >> (40 - (8 * i)));
        }
    }

    private void Write(int offset, byte value) => _card.Write(offset, 1, value);

    private sealed class Wire : INetworkWire
    {
        public List<byte[]> Frames { get; } = [];

        public void Send(ReadOnlySpan<byte> frame) => Frames.Add(frame.ToArray());
    }
}
