using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Rewriter.Classification;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>What a deprivileged kernel is told, and not told, by the instructions that do not trap.</summary>
public sealed class SilentFailureTests
{
    private static readonly string[] s_prevented = ["sgdt", "sidt", "sldt", "smsw", "str"];

    private static RunResult Run(ITechnique technique, bool umip = false, bool patch = false) => technique.Run(
        new RunRequest(SensitiveGuest.Build()) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 1_000_000, Umip = umip, PatchSilent = patch });

    [Fact]
    public void Native_NothingFaultsButTheInterrupt()
    {
        var result = Run(new NativeTechnique());
        Assert.Equal((RunOutcome.ShutDown, 1), (result.Outcome, result.ExitCode));
        Assert.Empty(result.SilentFailures);
    }

    /// <summary>All of the 17 go wrong but INT n, whose gates belong to the monitor, which therefore sees it.</summary>
    [Fact]
    public void Trap_EachOfThe17GoesWrong()
    {
        var result = Run(new TrapTechnique());
        Assert.Equal(RunOutcome.ShutDown, result.Outcome);
        Assert.Equal(Names(except: ["int n"]), result.SilentFailures.Select(f => f.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(result.SilentFailures, f => Assert.NotEqual(f.Expected, f.Actual));
    }

    [Fact]
    public void Umip_MakesFiveOfThemTrap()
    {
        var result = Run(new TrapTechnique(), umip: true);
        Assert.Equal(RunOutcome.ShutDown, result.Outcome);
        Assert.Equal(Names(except: ["int n", .. s_prevented]), result.SilentFailures.Select(f => f.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(s_prevented, name => Assert.Equal(1, result.Emulations[name]));
    }

    /// <summary>The remedy: with breakpoints in their place all of them trap, and the kernel ends as on the bare machine.</summary>
    [Fact]
    public void PatchSilent_NothingGoesWrong()
    {
        var result = Run(new TrapTechnique(), patch: true);
        Assert.Equal((RunOutcome.ShutDown, 1), (result.Outcome, result.ExitCode));
        Assert.Empty(result.SilentFailures);
        Assert.True(result.Exits["Patch"] >= 17, $"{result.Exits["Patch"]} patches were reached");
    }

    /// <summary>The opposite of trapping: translated, all of the 17 do and say what they do and say on the bare machine.</summary>
    [Fact]
    public void Translate_EachOfThe17IsRight()
    {
        var request = new RunRequest(SensitiveGuest.Build()) { MemoryBytes = BareGuest.MemoryBytes, MaxInstructions = 1_000_000, KeepState = true };
        using var native = new NativeTechnique().Run(request).State!;
        var result = new TranslateTechnique().Run(request);
        using var translated = result.State!;
        Assert.Equal((RunOutcome.ShutDown, 1), (result.Outcome, result.ExitCode));
        Assert.Equal(native.Registers.OrderBy(r => r.Key), translated.Registers.OrderBy(r => r.Key));
        foreach (var (address, length) in new (ulong, int)[] { (BareGuest.Scratch, 0x2000), (BareGuest.Stack - 0x100, 0x100) })
        {
            var (expected, actual) = (new byte[length], new byte[length]);
            Assert.True(native.TryRead(address, expected) && translated.TryRead(address, actual));
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData("popf", "IF = 1", "IF = 0")]
    [InlineData("mov r, sreg", "rax = 0x8", "rax = 0x83")]
    [InlineData("smsw", "rax = 0x80010031", "rax = 0x80010033")]
    [InlineData("mov sreg, r", "GeneralProtection(88)", "no fault")]
    public void Failure_SaysWhatWasExpectedAndWhatHappened(string name, string expected, string actual)
    {
        var failure = Run(new TrapTechnique()).SilentFailures.First(f => f.Name == name);
        Assert.Equal((expected, actual), (failure.Expected, failure.Actual));
    }

    private static IEnumerable<string> Names(string[] except) => SensitiveInstructions.All
        .Where(i => i.IsOfThe17).Select(i => i.Name).Except(except).Order(StringComparer.Ordinal);
}
