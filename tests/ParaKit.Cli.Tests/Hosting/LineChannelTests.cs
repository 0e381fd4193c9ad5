using System.Text;
using ParaKit.Cli.Hosting;

namespace ParaKit.Cli.Tests.Hosting;

public sealed class LineChannelTests
{
    /// <summary>However a stream is cut into pieces, the lines are the same.</summary>
    [Fact]
    public async Task Lines_AreReadWhole_HoweverTheyCome()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            string[] lines = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => new string('x', random.Next(random.Next(2) == 0 ? 10 : 9000)))];
            var channel = new LineChannel(new PiecewiseStream(Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\n"))), random), 10_000);
            foreach (var line in lines)
            {
                Assert.True(await channel.ReadAsync(CancellationToken.None) is { } read && Encoding.ASCII.GetString(read.Span) == line, $"seed {seed}");
            }

            Assert.Null(await channel.ReadAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task LineWithoutEnd_IsNone() =>
        Assert.Null(await new LineChannel(new MemoryStream("half a line"u8.ToArray()), 100).ReadAsync(CancellationToken.None));

    [Fact]
    public async Task LongLine_IsCutOff() => await Assert.ThrowsAsync<InvalidDataException>(
        () => new LineChannel(new MemoryStream(new byte[1 << 20]), 10_000).ReadAsync(CancellationToken.None));

    private sealed class PiecewiseStream(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(1, 3000))], cancellationToken);
    }
}
