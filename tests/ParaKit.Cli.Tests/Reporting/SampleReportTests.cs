using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ParaKit.Cli.Tests.Rendering;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Tests.Reporting;

/// <summary>What the report of the sample says.</summary>
public sealed partial class SampleReportTests(SampleReport report) : IClassFixture<SampleReport>
{
    [Fact]
    public void Page_NeedsNothingButItself()
    {
        Assert.DoesNotContain("<script", report.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("""(src|href)="(?!#|data:)""", report.Html);
        Assert.DoesNotContain("url(", report.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HasEachOperationInEachTechnique()
    {
        string section = Section("operations");
        Assert.Equal(5, Count(section, "<h3>"));
        Assert.Equal(5 * TechniqueTable.All.Count, Count(section, "<article>"));
        Assert.DoesNotContain("Not measured", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Cli_LeavesOnceByTrapAndNotAtAllOtherwise()
    {
        string[] cards = Cards("Disabling interrupts: cli");
        Assert.Matches(@"<b>1 ×</b> exit <em>GeneralProtection</em>, [\d,]+ cycles <span class=""note"">Guest_Operations__ClearInterruptFlag", cards[1]);
        Assert.All(cards.Where((_, i) => i != 1), card => Assert.Contains("The kernel does it alone", card, StringComparison.Ordinal));
        Assert.Contains("  cli", cards[0], StringComparison.Ordinal);
        Assert.Contains("ParavirtualX86__Cli", cards[3], StringComparison.Ordinal);
        Assert.Contains("gs:interrupt", cards[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Popf_FailsSilentlyByTrapOnly()
    {
        string[] cards = Cards("Restoring the flags: popf");
        Assert.Equal([false, true, false, false, false], cards.Select(card => card.Contains("Went wrong silently 1,000 times", StringComparison.Ordinal)));
    }

    [Fact]
    public void PageTableWrite_IsAHypercallInParavirt()
    {
        string[] cards = Cards("Changing a page table: store, invlpg, use");
        Assert.Contains("<b>1 ×</b> hypercall <em>mmu_update</em>", cards[3], StringComparison.Ordinal);
        Assert.Contains("<em>TracedAccess</em>", cards[1], StringComparison.Ordinal);
        Assert.Contains("The kernel does it alone", cards[4], StringComparison.Ordinal);
    }

    [Fact]
    public void SystemCall_StepsAreInTheirOrder()
    {
        string card = Cards("A system call")[3];
        string[] steps = ["exit <em>SystemCall</em>", "kernel entered for <em>system call callback</em>", "exit <em>Hypercall</em>", "hypercall <em>iret</em>"];
        int[] places = [.. steps.Select(step => card.IndexOf(step, StringComparison.Ordinal))];
        Assert.All(places, place => Assert.True(place > 0, card));
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void Json_IsThatOfAContrastWithPortCost()
    {
        JsonNode document = JsonNode.Parse(report.Json)!;
        Assert.Empty(JsonSchema.ForRunReport().Problems(document));
        Assert.Equal(0, document["portCost"]!["total"]!["handChangedLines"]!.GetValue<int>());
        var sites = document["portCost"]!["total"]!["rewrittenCallSites"]!.GetValue<int>();
        Assert.Contains($"<h3>{sites} calls</h3>", Section("source"), StringComparison.Ordinal);
    }

    [Fact]
    public void Timeline_CountsAllExits()
    {
        JsonNode document = JsonNode.Parse(report.Json)!;
        foreach (JsonNode? run in document["runs"]!.AsArray())
        {
            foreach ((string reason, JsonNode? count) in run!["exits"]!.AsObject())
            {
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{reason} {count!.GetValue<long>():N0}<"), Section("timeline"), StringComparison.Ordinal);
            }
        }
    }

    private string Section(string id) => Regex.Match(report.Html, $"<section id=\"{id}\">.*?</section>", RegexOptions.Singleline).Value;

    private string[] Cards(string title)
    {
        string section = Section("operations");
        int start = section.IndexOf($"<h3>{title}</h3>", StringComparison.Ordinal);
        Assert.True(start >= 0, title);
        string[] cards = [.. Card().Matches(section[start..]).Take(TechniqueTable.All.Count).Select(card => card.Value)];
        Assert.Equal(TechniqueTable.All.Select(t => $"<article><h4>{t.Name}</h4>"), cards.Select(card => card[..(card.IndexOf("</h4>", StringComparison.Ordinal) + 5)]));
        return cards;
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("<article>.*?</article>", RegexOptions.Singleline)]
    private static partial Regex Card();
}
