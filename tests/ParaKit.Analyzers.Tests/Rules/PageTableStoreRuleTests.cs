using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class PageTableStoreRuleTests
{
    [Theory]
    [InlineData("{|PK0006:*_entry = 1|};")]
    [InlineData("{|PK0006:this._entry[4] = 1|};")]
    [InlineData("{|PK0006:*Find() = 1|};")]
    [InlineData("{|PK0006:*Property = 1|};")]
    [InlineData("ulong* p = Find(); {|PK0006:*(p + 1) = 1|};")]
    [InlineData("var p = Find(); ulong* q; q = p + 2; {|PK0006:q[0] |= 1|};")]
    [InlineData("ulong* p = stackalloc ulong[1]; ulong old = PageTable.Read(p); {|PK0006:*p = old | 1|};")]
    [InlineData("ulong* p = (ulong*)4096; for (int i = 0; i < 4; i++) { PageTable.Write(p + i, 0); } {|PK0006:p[5] = 1|};")]
    [InlineData("ulong* p = (ulong*)4096; {|PK0006:*p = 1|}; PageTable.Write(&p[3], 0);")]
    [InlineData("ulong* p = Find(); {|PK0006:(*p)++|}; System.Threading.Interlocked.Exchange(ref {|PK0006:*p|}, 3);")]
    [InlineData("ulong* p = Find(); {|PK0006:*(uint*)p = 1|};")]
    [InlineData("System.Action a = () => {|PK0006:*_entry = 1|};")]
    public Task Store_ThroughAnEntryPointer_IsReported(string statement) => Check.MatchesAsync<PageTableStoreRule>(Method(statement));

    [Theory]
    [InlineData("ulong* p = (ulong*)4096; *p = 1; p[3] = 4;")]
    [InlineData("PageTable.Write(_entry, 1); ulong value = *_entry; value = 5;")]
    [InlineData("_entry = null; _entry++; ulong* p = Find(); p += 4;")]
    [InlineData("ulong* p = (ulong*)4096; ulong value = PageTable.Read(_entry); *p = value; *(ulong*)value = 1;")]
    [InlineData("ulong[] values = new ulong[4]; values[2] = *Find();")]
    public Task OtherStores_AreNotReported(string statement) => Check.MatchesAsync<PageTableStoreRule>(Method(statement));

    [Fact]
    public Task NativeCodeAndOperations_MayStore() => Check.MatchesAsync<PageTableStoreRule>("""
        using ParaKit.Guest;
        static unsafe class Ops
        {
            [Sensitive("store", Sensitivity.SensitiveStore, Paravirtual = typeof(PvOps))] public static void Set([PageTableEntry] ulong* entry) => *entry = 1;
            [NativeOnly] static void Boot([PageTableEntry] ulong* entry) => *entry = 1;
        }
        static unsafe class PvOps { public static void Set([PageTableEntry] ulong* entry) => *entry = 1; }
        """);

    [Fact]
    public async Task Message_NamesThePointer()
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<PageTableStoreRule>(GuestCompilation.Create(Method("_entry[2] = 0;"))));
        Assert.StartsWith("'_entry' points to page-table entries", diagnostic.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EditorConfig_RaisesTheSeverity() => Assert.Equal(
        DiagnosticSeverity.Error,
        Assert.Single(await Check.ReportAsync<PageTableStoreRule>(
            GuestCompilation.Create(Method("*_entry = 0;")), editorConfig: "[*.cs]\ndotnet_diagnostic.PK0006.severity = error")).Severity);

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        unsafe class Kernel
        {
            [PageTableEntry] ulong* _entry;
            [PageTableEntry] ulong* Property => _entry;
            [return: PageTableEntry] ulong* Find() => _entry;
            void M() { {{statements}} }
        }
        """;
}
