using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Hypervisor.Tests.Control;

public sealed class ConsoleLogTests
{
    private readonly ConsoleLog _log = new();

    /// <summary>Against the whole text: every reader gets the text from its place on, or from the first byte that is kept.</summary>
    [Fact]
    public async Task RandomPortions_AreReadByEachReaderAtItsOwnPlace()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        List<byte> all = [];
        var places = new long[3];
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            all.AddRange(bytes);
            _log.Write(bytes);
            Assert.Equal(Math.Max(0, all.Count - ConsoleLog.Capacity), _log.Start);
            var reader = random.Next(places.Length);
            var buffer = new byte[random.Next(1, 5000)];
            while (places[reader] < all.Count)
            {
                var (count, place) = await _log.ReadAsync(places[reader], buffer, CancellationToken.None);
                var start = Math.Max(places[reader], all.Count - ConsoleLog.Capacity);
                Assert.True(count > 0 && place == start + count && buffer.AsSpan(0, count).SequenceEqual(all.Slice((int)start, count).ToArray()), $"seed {seed}");
                places[reader] = place;
            }
        }
    }

    [Fact]
    public async Task Reader_WaitsForMore_AndForTheEnd()
    {
        var cancellation = CancellationToken.None;
        var buffer = new byte[10];
        var reading = _log.ReadAsync(0, buffer, cancellation);
        Assert.False(reading.IsCompleted);
        _log.Write("ab"u8);
        Assert.Equal((2, 2L), await reading);
        reading = _log.ReadAsync(2, buffer, cancellation);
        var last = new DomainSnapshot { Id = 1, Name = "x", Status = GuestStatus.ShutDown, Vcpus = [], Devices = new DeviceTotals() };
        _log.Close(last);
        Assert.Equal((0, 2L), await reading);
        Assert.Same(last, _log.Last);
        Assert.Equal((2, 2L), await _log.ReadAsync(0, buffer, cancellation));
    }
}
