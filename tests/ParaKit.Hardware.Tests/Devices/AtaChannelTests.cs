using ParaKit.Hardware.Devices;

namespace ParaKit.Hardware.Tests.Devices;

public sealed class AtaChannelTests
{
    private const int Sectors = 100;

    private readonly Store _store = new();
    private readonly AtaChannel _channel;

    public AtaChannelTests() => _channel = new AtaChannel(_store);

    [Fact]
    public void Identify_SaysHowManySectors()
    {
        Command(0xec, 0, 0);
        ushort[] words = ReadWords(256);
        Assert.Equal(Sectors, words[60] | (words[61] << 16));
        Assert.Equal("ParaKit ATA disk", string.Concat(words[27..47].SelectMany(w => new[] { (char)(w >> 8), (char)(w & 0xff) })).Trim());
        Assert.Equal(0x50u, Status);
    }

    [Fact]
    public void Sectors_AreWrittenAndRead()
    {
        Command(0x30, sector: 7, count: 3);
        for (var i = 0; i < 3 * 256; i++)
        {
            Assert.Equal(0x58u, Status);
            _channel.Write(0, 2, (uint)i);
        }

        Assert.Equal(0x50u, Status);
        Command(0x20, sector: 7, count: 3);
        Assert.Equal(Enumerable.Range(0, 768).Select(i => (ushort)i), ReadWords(768));
        Assert.Equal(0x50u, Status);
        Assert.Equal((2, 0, 2 * 3 * 512), (_channel.Done, _channel.Failed, _channel.BytesMoved));
    }

    [Theory]
    [InlineData(0x20, 98u, 3, 0x10)]
    [InlineData(0x30, 100u, 1, 0x10)]
    [InlineData(0x20, 0xfff_ffffu, 255, 0x10)]
    [InlineData(0x42, 0u, 1, 0x04)]
    public void WhatIsNotThere_IsAnError(byte command, uint sector, int count, uint error)
    {
        Command(command, sector, count);
        Assert.Equal(0x51u, Status);
        Assert.Equal(error, _channel.Read(1, 1));
        Assert.Equal(0u, _channel.Read(0, 2));
    }

    [Fact]
    public void CountZero_Is256()
    {
        Command(0x20, 0, 0);
        Assert.Equal(0x51u, Status);
    }

    [Fact]
    public void StoreThatFails_IsUncorrectable()
    {
        _store.Fails = true;
        Command(0x20, 0, 1);
        Assert.Equal((0x51u, 0x40u), (Status, _channel.Read(1, 1)));
        Command(0xe7, 0, 1);
        Assert.Equal(0x51u, Status);
    }

    [Fact]
    public void SecondDisk_IsNotThere()
    {
        _channel.Write(6, 1, 0xf0);
        Assert.Equal(0u, Status);
        _channel.Write(7, 1, 0xec);
        Assert.Equal(0u, Status);
        _channel.Write(6, 1, 0xe0);
        Assert.Equal(0x50u, Status);
    }

    [Fact]
    public void RandomAccesses_BreakNothing()
    {
        var random = new Random(1);
        for (var i = 0; i < 300_000; i++)
        {
            var (offset, width) = (random.Next(8), 1 << random.Next(3));
            if (random.Next(2) == 0)
            {
                _channel.Write(offset, width, offset == 7 && random.Next(3) > 0 ? (random.Next(2) == 0 ? 0x20u : 0x30u) : (uint)random.Next());
            }
            else
            {
                _channel.Read(offset, width);
            }
        }

        Assert.True(_channel.Done > 0 && _channel.Failed > 0);
    }

    private uint Status => _channel.Read(7, 1);

    private void Command(byte command, uint sector, int count)
    {
        _channel.Write(6, 1, 0xe0 | (sector >> 24));
        _channel.Write(2, 1, (uint)count);
        _channel.Write(3, 1, sector & 0xff);
        _channel.Write(4, 1, (sector >> 8) & 0xff);
        _channel.Write(5, 1, (sector >> 16) & 0xff);
        _channel.Write(7, 1, command);
    }

    private ushort[] ReadWords(int count) => [.. Enumerable.Range(0, count).Select(_ => (ushort)_channel.Read(0, 2))];

    private sealed class Store : ISectorStore
    {
        private readonly byte[] _bytes = new byte[AtaChannelTests.Sectors * 512];

        public bool Fails { get; set; }

        public ulong Sectors => AtaChannelTests.Sectors;

        public bool TryRead(ulong sector, Span<byte> bytes)
        {
            _bytes.AsSpan((int)sector * 512, bytes.Length).CopyTo(bytes);
            return !Fails;
        }

        public bool TryWrite(ulong sector, ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan((int)sector * 512));
            return !Fails;
        }

        public bool TryFlush() => !Fails;
    }
}
