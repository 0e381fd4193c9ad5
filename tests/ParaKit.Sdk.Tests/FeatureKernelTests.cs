using ParaKit.Hypervisor.Techniques;
using ParaKit.Sdk.Tests.Support;

namespace ParaKit.Sdk.Tests;

/// <summary>What the core library promises, used by a kernel and checked by running it.</summary>
[Collection(PackedSdkCollection.Name)]
public sealed class FeatureKernelTests(PackedSdk sdk)
{
    [Theory]
    [InlineData("native")]
    [InlineData("paravirt")]
    public void EveryFeature_Works(string technique) => AssertPasses(sdk.FeatureKernel.Boot(technique));

    [Fact]
    public void Output_IsTheSameInBothModes() =>
        Assert.Equal(sdk.FeatureKernel.Boot("native").Console, sdk.FeatureKernel.Boot("paravirt").Console);

    [Fact]
    public void EveryFeature_WorksWithoutOptimization()
    {
        GuestProject project = sdk.CreateProject("Features.cs", "TypeFeatures.cs", "CallFeatures.cs", "MemoryFeatures.cs", "NumberFeatures.cs", "EqualityFeatures.cs");
        project.BuildSuccessfully("-p:Optimize=false", "-p:ParaKitModes=native");
        AssertPasses(project.Boot("native"));
    }

    public static TheoryData<string, string, string> Panics
    {
        get
        {
            (string What, string Reason)[] cases =
            [
                ("throw", "thrown on purpose"),
                ("heap", "the kernel heap is exhausted (ParaKitHeapBytes sets its size)"),
                ("add", "arithmetic overflow"),
                ("multiply", "arithmetic overflow"),
                ("unsigned", "arithmetic overflow"),
                ("convert", "arithmetic overflow"),
                ("size", "arithmetic overflow"),
                ("index", "index out of range"),
                ("span", "index out of range"),
                ("cast", "invalid cast"),
                ("unbox", "invalid unboxing cast"),
                ("store", "an array element cannot hold this type"),
                ("nullable", "invalid unboxing cast"),
            ];
            var data = new TheoryData<string, string, string>();
            foreach ((string what, string reason) in cases)
            {
                data.Add("native", what, reason);
                data.Add("paravirt", what, reason);
            }

            return data;
        }
    }

    /// <summary>Nothing is mapped at 0, in any technique: a kernel that has no handlers ends at the line that used the reference.</summary>
    [Theory]
    [InlineData("native")]
    [InlineData("trap")]
    [InlineData("translate")]
    [InlineData("hardware")]
    [InlineData("paravirt")]
    public void NullReference_FaultsWhereItIsUsed(string technique)
    {
        RunResult result = sdk.PanicKernel.Boot(technique, "null");
        Assert.Equal((RunOutcome.Crashed, ""), (result.Outcome, result.Console));
        Assert.Contains("vector 14", result.Reason, StringComparison.Ordinal);
        Assert.Matches("address 0*8\\b", result.Reason);
    }

    /// <summary>A kernel that fails before it can say so ends, too; it once spun for ever.</summary>
    [Fact]
    public void FailureBeforeInitialization_EndsTheRun()
    {
        GuestProject project = sdk.CreateProject("Early.cs");
        project.BuildSuccessfully();
        Assert.All((string[])["native", "paravirt"], technique =>
        {
            RunResult result = project.Boot(technique);
            Assert.Equal(RunOutcome.Crashed, result.Outcome);
            Assert.Matches("vector 14\\b.*address 0+\\b", result.Reason);
        });
    }

    /// <summary>Natively the panic's code is the exit code; for Xen it is the shutdown reason "crash", which the host reports as such.</summary>
    [Theory]
    [MemberData(nameof(Panics))]
    public void Panic_SaysWhyAndEndsWithItsCode(string technique, string what, string reason)
    {
        RunResult result = sdk.PanicKernel.Boot(technique, what);
        Assert.Equal($"PANIC: {reason}\n", result.Console.ReplaceLineEndings("\n"));
        if (technique == "native")
        {
            Assert.Equal((RunOutcome.ShutDown, 3), (result.Outcome, result.ExitCode));
        }
        else
        {
            Assert.Equal(RunOutcome.Crashed, result.Outcome);
            Assert.Contains("SHUTDOWN_crash", result.Reason, StringComparison.Ordinal);
        }
    }

    private static void AssertPasses(RunResult result)
    {
        string[] lines = result.Console.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.True(result.Outcome == RunOutcome.ShutDown, $"{result.Console}\n{result.Reason}");
        Assert.Equal([], lines.Where(l => l.StartsWith("FAIL", StringComparison.Ordinal)));
        Assert.Equal("all features passed", lines[^1]);
        Assert.True(lines.Length > 60);
        Assert.Equal(0, result.ExitCode);
    }
}
