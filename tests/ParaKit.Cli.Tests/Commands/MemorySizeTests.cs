using ParaKit.Cli.Commands;

namespace ParaKit.Cli.Tests.Commands;

public sealed class MemorySizeTests
{
    [Theory]
    [InlineData("64M", 64UL << 20)]
    [InlineData("64m", 64UL << 20)]
    [InlineData("8192K", 8UL << 20)]
    [InlineData("64G", 64UL << 30)]
    [InlineData("4194304", 4UL << 20)]
    public void TryParse_Size_GivesBytes(string text, ulong expected)
    {
        Assert.True(MemorySize.TryParse(text, out var bytes, out _));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("x")]
    [InlineData("64MB")]
    [InlineData("-64M")]
    [InlineData("1.5G")]
    [InlineData(" 64M")]
    [InlineData("99999999999999999999999")]
    public void TryParse_NoSize_SaysSo(string text)
    {
        Assert.False(MemorySize.TryParse(text, out var bytes, out var error));
        Assert.Equal(0UL, bytes);
        Assert.Equal($"'{text}' is not a size; write a whole number with K, M or G, such as 64M.", error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3M")]
    [InlineData("65G")]
    [InlineData("18446744073709551615G")]
    [InlineData("17179869184G")]
    public void TryParse_SizeOutOfRange_SaysRange(string text)
    {
        Assert.False(MemorySize.TryParse(text, out _, out var error));
        Assert.Equal($"'{text}' is not a possible memory size; it must be from 4M to 64G.", error);
    }
}
