using System.Text;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Store;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Devices;

/// <summary>The two back ends over rings of bytes, console and store, against a page that says anything.</summary>
public sealed class ByteRingTests : IDisposable
{
    private readonly TestHost _host = TestHost.Idle();
    private readonly StringBuilder _printed = new();

    private ulong Page => _host.Domain.ConsoleFrame << 12;

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Console_TakesRandomPortionsAcrossWrapAround()
    {
        var random = new Random(3);
        var console = Console(input: Encoding.ASCII.GetBytes(new string('i', 3000)));
        var (sent, typed) = (new StringBuilder(), 0);
        uint produced = 0;
        for (var round = 0; round < 500; round++)
        {
            for (var count = random.Next(300); count > 0; count--)
            {
                var letter = (char)('a' + random.Next(26));
                sent.Append(letter);
                Write(1024 + (produced++ % 2048), (byte)letter);
            }

            Write(3084, produced);
            var available = Read(3076) - Read(3072);
            typed += (int)available;
            Write(3072, Read(3076));
            console.OnEvent();
            console.Serve(0);
            Assert.Equal(produced, Read(3080));
            Assert.False(console.IsBroken);
        }

        Assert.Equal(sent.ToString(), _printed.ToString());
        Assert.Equal(3000, typed);
        Assert.True(produced > 20 * 2048);
    }

    /// <summary>What is typed later comes in order, and no more of it is kept than there is room for.</summary>
    [Fact]
    public void Console_TakesWhatIsTypedLater()
    {
        var console = Console(input: "a"u8.ToArray());
        console.Serve(0);
        Assert.Null(console.NextDeadline);
        Assert.Equal(2, console.Type("bc"u8));
        Assert.Equal(0ul, console.NextDeadline);
        console.Serve(0);
        Assert.Equal("abc", string.Concat(Enumerable.Range(0, (int)Read(3076)).Select(i => (char)_host.Host.Machine.Memory.Read<byte>(Page + (ulong)i))));
        var (many, total) = (new byte[10_000], 0);
        for (var i = 0; i < 5; i++)
        {
            total += console.Type(many);
        }

        Assert.Equal(ConsoleBackend.MaximumTyped, total);
        console.Serve(0);
        Assert.Equal(1024 - 3, console.Type(many));
        Assert.False(console.IsBroken);
    }

    [Theory]
    [InlineData(3084, 2049u)]
    [InlineData(3084, uint.MaxValue)]
    [InlineData(3072, 1u)]
    [InlineData(3072, 0x8000_0000u)]
    public void ConsoleWithImpossibleIndex_IsGivenUp(ulong field, uint value)
    {
        var console = Console(input: []);
        Write(field, value);
        console.OnEvent();
        console.Serve(0);
        Assert.True(console.IsBroken);
        Assert.Null(console.NextDeadline);
        Assert.Empty(_printed.ToString());
    }

    [Theory]
    [InlineData(2052, 1025u)]
    [InlineData(2052, uint.MaxValue)]
    [InlineData(2056, 1u)]
    public void StoreWithImpossibleIndex_IsGivenUp(ulong field, uint value)
    {
        var store = new XenStore();
        var backend = new StoreBackend(_host.Host.Machine.Memory, Page, new StoreConnection(store, _host.Domain.Id), _host.Domain.Events, 1, _host.Domain.Backends.Work);
        Write(field, value);
        backend.OnEvent();
        backend.Serve(0);
        Assert.True(backend.IsBroken);
        Assert.Null(backend.NextDeadline);
    }

    /// <summary>A message that says that it is longer than any, and pages full of noise.</summary>
    [Fact]
    public void StoreWithNoise_NeitherHangsNorThrows()
    {
        var random = new Random(11);
        var given = 0;
        for (var round = 0; round < 300; round++)
        {
            var backend = new StoreBackend(_host.Host.Machine.Memory, Page, new StoreConnection(new XenStore(), _host.Domain.Id), _host.Domain.Events, 1, _host.Domain.Backends.Work);
            _host.Host.Machine.Memory.Span(Page, 4096).Clear();
            uint produced = 0;
            for (var step = 0; step < 30; step++)
            {
                random.NextBytes(_host.Host.Machine.Memory.Span(Page, 1024));
                if (random.Next(3) > 0)
                {
                    Write(produced % 1024 & ~3u, (uint)random.Next(18));
                    Write((produced + 12) % 1024 & ~3u, (uint)random.Next(60));
                }

                produced += (uint)random.Next(200);
                Write(2052, produced);
                Write(2056, Read(2060));
                backend.OnEvent();
                backend.Serve(0);
            }

            given += backend.IsBroken ? 1 : 0;
        }

        Assert.InRange(given, 1, 300);
    }

    private ConsoleBackend Console(byte[] input)
    {
        _host.Host.Machine.Memory.Span(Page, 4096).Clear();
        return new ConsoleBackend(_host.Host.Machine.Memory, Page, _host.Domain.Events, 2, bytes => _printed.Append(Encoding.ASCII.GetString(bytes)), input, _host.Domain.Backends.Work);
    }

    private uint Read(ulong offset) => _host.Host.Machine.Memory.Read<uint>(Page + offset);

    private void Write<T>(ulong offset, T value)
        where T : unmanaged => _host.Host.Machine.Memory.Write(Page + offset, value);
}
