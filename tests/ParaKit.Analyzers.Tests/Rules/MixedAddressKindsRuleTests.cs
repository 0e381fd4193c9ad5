using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class MixedAddressKindsRuleTests
{
    [Theory]
    [InlineData("var m = {|PK0205:new Mfn(pfn.Number)|};")]
    [InlineData("Mfn m = {|PK0205:new(pfn.Number)|};")]
    [InlineData("var p = {|PK0205:new Pfn(mfn.Number + 1)|};")]
    [InlineData("var v = {|PK0205:new Vpn(pfn.Number)|};")]
    [InlineData("var m = {|PK0205:Mfn.Containing(pfn.Address | 7)|};")]
    [InlineData("ulong number = pfn.Number; var m = {|PK0205:new Mfn(number)|};")]
    [InlineData("bool same = {|PK0205:pfn.Number == mfn.Number|};")]
    [InlineData("var op = new ParaKit.Abi.MmuExtendedOperation { MachineFrame = {|PK0205:pfn.Number|} };")]
    [InlineData("ParaKit.Abi.MmuExtendedOperation op = default; op.MachineFrame = {|PK0205:vpn.Number|};")]
    public Task Numbers_OfAnotherKind_AreReported(string statement) => AnalyzerCheck.MatchesAsync<MixedAddressKindsRule>(Method(statement));

    [Theory]
    [InlineData("var m = FrameTranslation.ToMachine(pfn); var p = FrameTranslation.ToPhysical(m); var v = Vpn.InDirectMap(p);")]
    [InlineData("var next = new Pfn(pfn.Number + 1); var same = new Mfn(mfn.Number); bool before = pfn.Number < next.Number;")]
    [InlineData("var op = new ParaKit.Abi.MmuExtendedOperation { MachineFrame = mfn.Number };")]
    [InlineData("var m = new Mfn(map[pfn.Number]); var p = new Pfn(Look(mfn.Number));")]
    public Task Translations_AreNotReported(string statement) => AnalyzerCheck.MatchesAsync<MixedAddressKindsRule>(Method(statement));

    [Fact]
    public async Task Message_NamesTheTranslation()
    {
        Diagnostic diagnostic = Assert.Single(await AnalyzerCheck.ReportAsync<MixedAddressKindsRule>(GuestCompilation.Create(Method("var m = new Mfn(pfn.Number);"))));
        Assert.Contains("'FrameTranslation.ToMachine'", diagnostic.GetMessage(null), StringComparison.Ordinal);
    }

    private static string Method(string statements) => $$"""
        using ParaKit.Guest;
        static unsafe class Kernel
        {
            static void M(Pfn pfn, Mfn mfn, Vpn vpn, ulong[] map) { {{statements}} }
            static ulong Look(ulong frame) => frame;
        }
        """;
}
