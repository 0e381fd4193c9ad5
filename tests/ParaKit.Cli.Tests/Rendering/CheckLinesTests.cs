using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Tests.Rendering;

public sealed class CheckLinesTests
{
    [Fact]
    public void Of_Console_GivesOnlyCheckLines() =>
        Assert.Equal(["CHECK a", "CHECK b"], CheckLines.Of("x\nCHECK a\r\n CHECK no\nCHECKED\nCHECK b"));

    [Fact]
    public void Describe_Equal_SaysHowMany() =>
        Assert.Equal(["CHECK lines: 1, equal in every run."], CheckLines.Describe(Runs("noise\nCHECK a\n", "CHECK a\r\n")));

    [Fact]
    public void Describe_None_SaysSo() => Assert.Equal(["CHECK lines: no run printed any."], CheckLines.Describe(Runs("a", "b")));

    [Fact]
    public void Describe_Different_ShowsOnlyLinesThatDiffer() => Assert.Equal(
        [
            "CHECK lines differ:",
            "  line 2:",
            "    native    CHECK b",
            "    paravirt  CHECK c",
            "  line 3:",
            "    native    CHECK d",
            "    paravirt  (no such line)",
        ],
        CheckLines.Describe(Runs("CHECK a\nCHECK b\nCHECK d", "CHECK a\nCHECK c")));

    private static TechniqueRun[] Runs(string native, string paravirt) =>
        [TestRuns.Of(TestRuns.Native with { Console = native }), TestRuns.Of(TestRuns.Paravirt with { Console = paravirt })];
}
