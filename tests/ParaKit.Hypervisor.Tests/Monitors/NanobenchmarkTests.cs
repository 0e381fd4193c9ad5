using System.Globalization;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>The shapes that Adams and Agesen (2006) published, section 6 and appendix: which operations translation makes cheaper, and which dearer.</summary>
[UsesVerify]
public sealed class NanobenchmarkTests
{
    private static readonly Dictionary<string, double> s_native = Measure(new NativeTechnique());
    private static readonly Dictionary<string, double> s_trap = Measure(new TrapTechnique());
    private static readonly Dictionary<string, double> s_translate = Measure(new TranslateTechnique());

    /// <summary>Cycles of the default cost profile; docs/unmodified-guests.md shows them.</summary>
    [Fact]
    public Task Figures() => Verifier.Verify(string.Concat(NanobenchmarkGuest.Names.Select(name => string.Create(
        CultureInfo.InvariantCulture, $"{name,-9} {s_native[name],8:F1} {s_trap[name],8:F1} {s_translate[name],8:F1}\n"))));

    [Theory]
    [InlineData("in", 3209, 216)]
    [InlineData("cr8write", 150, 35)]
    public void CheaperThanNative(string operation, int publishedNative, int publishedTranslated) => Assert.True(
        s_translate[operation] < s_native[operation],
        Describe(operation, $"published: {publishedNative} native, {publishedTranslated} translated"));

    [Theory]
    [InlineData("syscall", 242, 2308)]
    [InlineData("call/ret", 11, 51)]
    [InlineData("pgfault", 1093, 3927)]
    [InlineData("divzero", 889, 3223)]
    [InlineData("ptemod", 5, 2121)]
    public void DearerThanNative(string operation, int publishedNative, int publishedTranslated) => Assert.True(
        s_translate[operation] > s_native[operation],
        Describe(operation, $"published: {publishedNative} native, {publishedTranslated} translated"));

    /// <summary>Published: 391 translated against 12,733 with hardware traps.</summary>
    [Fact]
    public void PageTableModification_IsFarCheaperThanWithTraps() =>
        Assert.True(s_translate["ptemod"] * 5 < s_trap["ptemod"], Describe("ptemod", "published: about thirty times cheaper"));

    private static Dictionary<string, double> Measure(ITechnique technique)
    {
        var result = technique.Run(new RunRequest(NanobenchmarkGuest.Build()) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 10_000_000, KeepState = true });
        using var state = result.State!;
        Assert.True(result.Outcome == RunOutcome.ShutDown, $"{technique.Name}: {result.Reason}");
        var cycles = new Dictionary<string, double>();
        for (var i = 0; i < NanobenchmarkGuest.Names.Count; i++)
        {
            Assert.True(state.TryRead(NanobenchmarkGuest.Sums + ((ulong)i * 8), out ulong sum));
            cycles[NanobenchmarkGuest.Names[i]] = (double)sum / NanobenchmarkGuest.Times;
        }

        return cycles;
    }

    private static string Describe(string operation, string published) => string.Create(
        CultureInfo.InvariantCulture,
        $"{operation}: {s_native[operation]} cycles native, {s_trap[operation]} by traps, {s_translate[operation]} translated (modelled); {published} (Adams and Agesen 2006, appendix)");
}
