using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Rules;
using ParaKit.RoslynTesting;
using Check = ParaKit.RoslynTesting.AnalyzerCheck;

namespace ParaKit.Analyzers.Tests.Rules;

public sealed class HypercallRuleTests
{
    [Theory]
    [InlineData("[Hypercall(50)] static partial long M();")]
    [InlineData("[Hypercall(0)] static partial long M(sbyte a, ulong b, nint c, System.DayOfWeek d, void* e);")]
    [InlineData("[Hypercall(127)] static partial long M(in Region a, ref int b, ref readonly Region c);")]
    [InlineData("[Hypercall(50, Native = nameof(N))] static partial long M(in Region a); static long N(in Region a) => 0;")]
    public async Task Usable_AreNotReported(string member) => Assert.Empty(await ReportAsync(member, "paravirt"));

    [Theory]
    [InlineData("[Hypercall(50)] static long M() => 0;", "is not a static partial method without type parameters, in a class or structure without type parameters")]
    [InlineData("[Hypercall(50)] partial long M();", "is not a static partial method without type parameters, in a class or structure without type parameters")]
    [InlineData("[Hypercall(50)] static partial long M<T>();", "is not a static partial method without type parameters, in a class or structure without type parameters")]
    [InlineData("[Hypercall(50)] static partial int M();", "must return 'long', the result of a hypercall")]
    [InlineData("[Hypercall(128)] static partial long M();", "has the number 128, but the hypercall page has stubs for 0 to 127")]
    [InlineData("[Hypercall(-5)] static partial long M();", "has the number -5, but the hypercall page has stubs for 0 to 127")]
    [InlineData("[Hypercall(50)] static partial long M(int a, int b, int c, int d, int e, int f);", "has 6 parameters, but a hypercall has at most 5 arguments")]
    [InlineData("[Hypercall(50)] static partial long M(int a, bool b);", "has a parameter 'b' that is no integer, enumeration, pointer, or 'in' or 'ref' structure without references")]
    [InlineData("[Hypercall(50)] static partial long M(Region a);", "has a parameter 'a' that is no integer, enumeration, pointer, or 'in' or 'ref' structure without references")]
    [InlineData("[Hypercall(50)] static partial long M(in string a);", "has a parameter 'a' that is no integer, enumeration, pointer, or 'in' or 'ref' structure without references")]
    [InlineData("[Hypercall(50)] static partial long M(out Region a);", "has a parameter 'a' that is no integer, enumeration, pointer, or 'in' or 'ref' structure without references")]
    [InlineData("[Hypercall(50, Native = \"N\")] static partial long M(in Region a); static long N(ref Region a) => 0;", "names 'N' for native images, but 'Kernel' has no such static method with the same signature")]
    [InlineData("[Hypercall(50, Native = nameof(M))] static partial long M();", "names 'M' for native images, but 'Kernel' has no such static method with the same signature")]
    public async Task Unusable_IsReported_InEveryMode(string member, string problem)
    {
        foreach (string mode in (string[])["native", "paravirt", "library"])
        {
            Diagnostic diagnostic = Assert.Single(await ReportAsync(member, mode));
            Assert.Equal(("PK0504", $"'Kernel.M' {problem}"), (diagnostic.Id, diagnostic.GetMessage(null)));
        }
    }

    [Theory]
    [InlineData("native", 1)]
    [InlineData("paravirt", 0)]
    [InlineData("library", 0)]
    public async Task WithoutStandIn_IsReportedInNativeBuilds(string mode, int count)
    {
        var diagnostics = await ReportAsync("[Hypercall(50)] static partial long M();", mode);
        Assert.Equal(count, diagnostics.Length);
        Assert.All(diagnostics, diagnostic => Assert.Equal("PK0505", diagnostic.Id));
    }

    [Fact]
    public async Task EditorConfig_LowersTheSeverity()
    {
        Diagnostic diagnostic = Assert.Single(await Check.ReportAsync<HypercallRule>(
            Guest("[Hypercall(50)] static partial int M();"), "paravirt", "[*.cs]\ndotnet_diagnostic.PK0504.severity = warning"));
        Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity);
    }

    private static Task<System.Collections.Immutable.ImmutableArray<Diagnostic>> ReportAsync(string member, string mode) =>
        Check.ReportAsync<HypercallRule>(Guest(member), mode);

    private static Microsoft.CodeAnalysis.CSharp.CSharpCompilation Guest(string member) =>
        GuestCompilation.Create($"using ParaKit.Guest; struct Region {{ public ulong Start; }} unsafe partial class Kernel {{ {member} }}");
}
