using ParaKit.Cli.Figures;

namespace ParaKit.Cli.Tests.Figures;

public sealed class GuestBenchmarksTests
{
    [Fact]
    public void Of_Lines_AreCyclesPerOperation()
    {
        var cycles = GuestBenchmarks.Of("hello\nBENCH CLOCK 1000\r\nBENCH 500 10 page fault\nBENCH 7 2 in\n", frequencyHz: 4000);
        Assert.Equal([new("page fault", 200.0), new("in", 14.0)], cycles);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BENCH 500 10 in\n")]
    [InlineData("BENCH CLOCK 0\nBENCH 500 10 in\n")]
    [InlineData("BENCH CLOCK 99999999999999999999\nBENCH 500 10 in\n")]
    [InlineData("BENCH CLOCK 1\nBENCH 500 0 in\n")]
    [InlineData("BENCH CLOCK 1\nBENCH 99999999999999999999 1 in\n")]
    [InlineData("BENCH CLOCK 1\nBENCH -5 1 in\n")]
    [InlineData("BENCH CLOCK 1\nBENCH 5 1 \n")]
    [InlineData("BENCH CLOCK 1\nBENCH 5 1 \u001b[31m\n")]
    public void Of_LinesThatMakeNoSense_AreLeftOut(string console) => Assert.Empty(GuestBenchmarks.Of(console, frequencyHz: 1));

    [Fact]
    public void Of_AFlood_IsBounded()
    {
        var console = "BENCH CLOCK 1\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"BENCH 1 1 name {i}\n"));
        Assert.Equal(1000, GuestBenchmarks.Of(console, frequencyHz: 1).Count);
    }
}
