using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

public sealed class PageTableStoreFixTests
{
    [Theory]
    [InlineData("*entry = value;", "PageTable.Write(entry, value);")]
    [InlineData("*entry = value | 1; // map", "PageTable.Write(entry, value | 1); // map")]
    [InlineData("*(entry + 1) = value;", "PageTable.Write(entry + 1, value);")]
    [InlineData("entry[3] = 0;", "PageTable.Write(entry + 3, 0);")]
    [InlineData("entry[i << 1] = 0;", "PageTable.Write(entry + (i << 1), 0);")]
    [InlineData("*entry |= value;", "PageTable.Write(entry, PageTable.Read(entry) | value);")]
    [InlineData("entry[i] &= ~PageTable.Present;", "PageTable.Write(entry + i, PageTable.Read(entry + i) & ~PageTable.Present);")]
    [InlineData("entry[i] &= value | 1;", "PageTable.Write(entry + i, PageTable.Read(entry + i) & (value | 1));")]
    [InlineData("(*entry)++;", "PageTable.Write(entry, PageTable.Read(entry) + 1);")]
    [InlineData("--entry[i];", "PageTable.Write(entry + i, PageTable.Read(entry + i) - 1);")]
    [InlineData("for (; i < 8; i++) *entry++ = value;", "for (; i < 8; i++) PageTable.Write(entry++, value);")]
    public async Task Store_BecomesACall(string statement, string expected)
    {
        await FixCheck.FixesAsync<PageTableStoreRule, PageTableStoreFix>(Method(statement), Method(expected));
        await AnalyzerCheck.MatchesAsync<PageTableStoreRule>(Method(expected));
    }

    [Theory]
    [InlineData("*entry++ |= 1;")]
    [InlineData("*Next(entry) |= 1;")]
    [InlineData("ulong stored = *entry = value;")]
    [InlineData("System.Threading.Volatile.Write(ref *entry, value);")]
    public Task StoresWithMoreToThem_AreLeftToTheAuthor(string statement) =>
        FixCheck.OffersNothingAsync<PageTableStoreRule, PageTableStoreFix>(Method(statement));

    [Fact]
    public Task FixAll_FixesAll() => FixCheck.FixesAllAsync<PageTableStoreRule, PageTableStoreFix>(
        Method("*entry = value; if (i > 0) { entry[i] = 0; } else *entry |= 2; System.Action a = () => { entry[0] = 1; };"),
        Method("PageTable.Write(entry, value); if (i > 0) { PageTable.Write(entry + i, 0); } else PageTable.Write(entry, PageTable.Read(entry) | 2); System.Action a = () => { PageTable.Write(entry + 0, 1); };"));

    [Fact]
    public Task WithoutUsing_TheNameIsQualified() => FixCheck.FixesAsync<PageTableStoreRule, PageTableStoreFix>(
        "unsafe class K { void M([ParaKit.Guest.PageTableEntry] ulong* e) => *e = 1; }",
        "unsafe class K { void M([ParaKit.Guest.PageTableEntry] ulong* e) => ParaKit.Guest.PageTable.Write(e, 1); }");

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        static unsafe class Kernel
        {
            [return: PageTableEntry]
            static ulong* Next([PageTableEntry] ulong* entry) => entry + 1;

            static void M([PageTableEntry] ulong* entry, ulong value, int i)
            {
                {{statements}}
            }
        }
        """;
}
