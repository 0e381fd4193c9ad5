using Microsoft.CodeAnalysis;

namespace ParaKit.TableGenerator.Tests;

public sealed class HypercallTableTests
{
    private const string Attributes = """
        namespace ParaKit.Abi { public enum HypercallNumber { SetTrapTable = 0, ConsoleIo = 18, SchedOp = 29 } }
        namespace ParaKit.Hypervisor.Hypercalls
        {
            [System.AttributeUsage(System.AttributeTargets.Method, AllowMultiple = true)]
            internal sealed class HypercallAttribute(ParaKit.Abi.HypercallNumber number) : System.Attribute { }
            internal ref struct HypercallContext { }
        }
        """;

    private const string Calls = """
        using ParaKit.Abi;
        namespace ParaKit.Hypervisor.Hypercalls;
        internal static class Console
        {
            [Hypercall(HypercallNumber.ConsoleIo)] internal static long Io(ref HypercallContext context) => 0;
        }
        """;

    [Fact]
    public void Table_HasPointerAndXenName()
    {
        GeneratorRunResult result = new GeneratorHarness(new HypercallTableGenerator()).Run(Attributes, Calls);
        string text = Assert.Single(result.GeneratedSources).SourceText.ToString();
        Assert.Contains("table[18] = &global::ParaKit.Hypervisor.Hypercalls.Console.Io;", text);
        Assert.Contains("names[18] = \"console_io\";", text);
        Assert.Contains("HypercallContext, long>[19]", text);
    }

    [Fact]
    public void SameNumberTwice_IsAnError()
    {
        GeneratorRunResult result = new GeneratorHarness(new HypercallTableGenerator())
            .Run(Attributes, Calls, Calls.Replace("class Console", "class Other"));
        Diagnostic diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal(("PKT001", DiagnosticSeverity.Error), (diagnostic.Id, diagnostic.Severity));
        Assert.Equal("2.cs", diagnostic.Location.GetLineSpan().Path);
    }

    [Fact]
    public void Table_IsCachedOverUnrelatedEdits_AndFollowsRelatedOnes()
    {
        var harness = new GeneratorHarness(new HypercallTableGenerator());
        harness.Run(Attributes, Calls);
        GeneratorRunResult unrelated = harness.Run(Attributes, "// one line down\n" + Calls.Replace("=> 0", "=> 1"), "class C;");
        Assert.True(GeneratorHarness.IsCached(unrelated, HypercallTableGenerator.TableStep));
        GeneratorRunResult related = harness.Run(Attributes, Calls.Replace("ConsoleIo", "SchedOp"));
        Assert.False(GeneratorHarness.IsCached(related, HypercallTableGenerator.TableStep));
        Assert.Contains("names[29]", related.GeneratedSources[0].SourceText.ToString());
    }
}
