using System.Text;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Tests.Support;

namespace ParaKit.Rewriter.Tests.Classification;

/// <summary>The matrix in docs/scan.md is what the tables say.</summary>
public sealed class TableTests
{
    private const string UpdateVariable = "PARAKIT_UPDATE_DOCS";
    private const string Begin = "<!-- generated: the 17 -->\n";
    private const string End = "<!-- end -->\n";

    [Fact]
    public void The17_AreTheirs() => Assert.Equal(
        ["call far", "int n", "jmp far", "lar", "lsl", "mov r, sreg", "mov sreg, r", "pop sreg", "popf", "push sreg", "pushf", "ret far", "sgdt", "sidt", "sldt", "smsw", "str", "verr", "verw"],
        SensitiveInstructions.All.Where(i => i.IsOfThe17).Select(i => i.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Matrix_InTheDocs_IsOfTheTables()
    {
        string file = Kernels.SourceFile("docs", "scan.md");
        string text = File.ReadAllText(file).ReplaceLineEndings("\n");
        int start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(file, text[..start] + Matrix() + text[end..]);
            return;
        }

        Assert.Equal(Matrix(), text[start..end]);
    }

    [Fact]
    public void EveryInstruction_IsDescribedForEveryTechniqueAndLayout() => Assert.All(
        from instruction in SensitiveInstructions.All
        from technique in Enum.GetValues<MonitorTechnique>()
        from umip in new[] { false, true }
        from iopl in new[] { 0, 3 }
        select Handling.Of(instruction, technique, new RingLayout(umip, iopl)).Text,
        Assert.NotEmpty);

    [Theory]
    [InlineData("smsw", false, 0, false)]
    [InlineData("smsw", true, 0, true)]
    [InlineData("cli", false, 0, true)]
    [InlineData("cli", false, 3, false)]
    [InlineData("popf", true, 0, false)]
    [InlineData("int n", false, 0, true)]
    [InlineData("mov cr, r", false, 3, true)]
    public void Trap_DependsOnTheLayout(string name, bool umip, int iopl, bool traps)
    {
        var layout = new RingLayout(umip, iopl);
        SensitiveInstruction instruction = SensitiveInstructions.All.Single(i => i.Name == name);
        Assert.Equal(traps, layout.Traps(instruction));
        Assert.Equal(traps, Handling.Of(instruction, MonitorTechnique.Trap, layout).IsHandled);
    }

    private static string Matrix()
    {
        var text = new StringBuilder("| instruction | native | trap | trap, UMIP | trap, IOPL 3 | translate | paravirt | hardware |\n|---|---|---|---|---|---|---|---|\n");
        foreach (SensitiveInstruction instruction in SensitiveInstructions.All.Where(i => i.IsOfThe17).OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            string[] cells =
            [
                instruction.Name,
                Handling.Of(instruction, MonitorTechnique.Native, default).Text,
                Trap(instruction, default),
                Trap(instruction, new RingLayout(Umip: true)),
                Trap(instruction, new RingLayout(Iopl: 3)),
                .. new[] { MonitorTechnique.Translate, MonitorTechnique.Paravirt, MonitorTechnique.Hardware }.Select(t => Handling.Of(instruction, t, default).Text),
            ];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Trap(SensitiveInstruction instruction, RingLayout layout)
    {
        Handling handling = Handling.Of(instruction, MonitorTechnique.Trap, layout);
        return handling.IsHandled ? handling.Text : $"**{handling.Text}**: {layout.Deprivileged(instruction)}";
    }
}
