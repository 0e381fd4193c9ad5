using ParaKit.Image.Elf;
using ParaKit.Image.Tests.Support;

namespace ParaKit.Image.Tests;

/// <summary>Address → symbol.</summary>
public sealed class SymbolTests
{
    private static readonly SymbolTable s_table = new(
    [
        new ElfSymbol("sized", ElfFormat.SymbolFunction, 1, 0x1000, 0x10),
        new ElfSymbol("open", ElfFormat.SymbolFunction, 1, 0x2000, 0),
        new ElfSymbol("last", ElfFormat.SymbolFunction, 1, ulong.MaxValue - 7, 8),
        new ElfSymbol("end", ElfFormat.SymbolFunction, ElfFormat.AbsoluteSection, 0x3002, 0),
        new ElfSymbol("user:main", ElfFormat.SymbolFunction, ElfFormat.AbsoluteSection, 0x500, 8),
        new ElfSymbol("undefined", ElfFormat.SymbolFunction, ElfFormat.UndefinedSection, 0x3000, 8),
        new ElfSymbol("section", ElfFormat.SymbolSection, 1, 0x4000, 8),
    ]);

    [Theory]
    [InlineData(0x0fffUL, null)]
    [InlineData(0x501UL, "user:main+0x1")]
    [InlineData(0x1000UL, "sized")]
    [InlineData(0x100fUL, "sized+0xf")]
    [InlineData(0x1010UL, null)]
    [InlineData(0x2000UL, "open")]
    [InlineData(0x3004UL, "open+0x1004")]
    [InlineData(ulong.MaxValue, "last+0x7")]
    public void Address_IsCoveredByTheSymbolBelow(ulong address, string? expected)
    {
        bool found = s_table.TryFind(address, out SymbolHit hit);
        Assert.Equal(expected, found ? hit.ToString() : null);
    }

    [Fact]
    public void Describe_GivesSymbolAndLine()
    {
        KernelImage image = Sample.Load("native");
        string text = image.Describe(image.AddressOf("kernel_main"));
        Assert.Matches(@"^\S+ \(Kernel\.cs:\d+\)$", text);
        Assert.Equal("0x0000000000000010", image.Describe(0x10));
    }

    [Fact]
    public void SameAddress_PrefersTheSymbolThatCoversIt()
    {
        var table = new SymbolTable(
        [
            new ElfSymbol("a_long", ElfFormat.SymbolFunction, 1, 0x1000, 0x20),
            new ElfSymbol("b_short", ElfFormat.SymbolFunction, 1, 0x1000, 0x8),
        ]);
        Assert.True(table.TryFind(0x1010, out SymbolHit hit));
        Assert.Equal("a_long", hit.Name);
    }
}
