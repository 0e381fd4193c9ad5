using System.Text;
using ParaKit.Cli.Reporting;
using ParaKit.Hypervisor.Diagnostics;

namespace ParaKit.Cli.Tests.Reporting;

public sealed class RunRecorderTests
{
    [Fact]
    public void Steps_BelongToTheLineThatFollows_WithoutItsPrinting()
    {
        var recorder = new RunRecorder();
        recorder.OnExit(Exit("before", 0));
        Print(recorder, "starting\n");
        recorder.OnExit(Exit("first", 10));
        recorder.OnExit(Exit("first", 20));
        Print(recorder, "BENCH 100 2 cli\n");
        recorder.OnExit(Exit("second", 40));
        Print(recorder, "BENCH 7 1 popf\n");

        Step step = Assert.Single(recorder.Operations["cli"].All, s => s.Name != "print");
        Assert.Equal(("first", 2, 10UL), (step.Name, step.Count, step.Cycles));
        Assert.Equal("second", Assert.Single(recorder.Operations["popf"].All, s => s.Name != "print").Name);
        Assert.Equal(2, recorder.Operations.Count);
    }

    [Fact]
    public void Steps_AreInOrderOfTime()
    {
        var recorder = new RunRecorder();
        recorder.OnDelivery(new Delivery("PageFault", 14, 0x1000, 12));
        recorder.OnHypercall("iret", 13);
        recorder.OnExit(Exit("fault", 11));
        Print(recorder, "BENCH 1 1 x\n");
        Assert.Equal(["fault", "PageFault", "iret"], recorder.Operations["x"].All.Select(s => s.Name));
    }

    [Fact]
    public void Steps_OfAProgram_BeginInTheProgram()
    {
        var steps = new OperationSteps();
        steps.Add(StepKind.Hypercall, "iret", 0, isProgram: false, start: 1, cycles: 0);
        steps.Add(StepKind.Exit, "SystemCall", 0x40_0000, isProgram: true, start: 2, cycles: 0);
        steps.Add(StepKind.Exit, "rare", 0x40_0000, isProgram: true, start: 0, cycles: 0);
        steps.Add(StepKind.Hypercall, "iret", 0, isProgram: false, start: 3, cycles: 0);
        steps.Add(StepKind.Exit, "SystemCall", 0x40_0000, isProgram: true, start: 4, cycles: 0);
        Assert.Equal(["SystemCall", "iret"], steps.Of(2).Select(s => s.Name));
    }

    [Fact]
    public void LineWithoutEnd_IsBounded()
    {
        var recorder = new RunRecorder();
        for (var i = 0; i < 10_000; i++)
        {
            Print(recorder, "BENCH 1 1 name");
        }

        Assert.Empty(recorder.Operations);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(1_000_003UL)]
    [InlineData(1UL << 40)]
    public void Timeline_KeepsEveryExitInBoundedSpace(ulong distance)
    {
        const int Exits = 1000;
        var timeline = new ExitTimeline();
        for (ulong i = 0; i < Exits; i++)
        {
            timeline.Add(i % 2 == 0 ? "even" : "odd", i * distance);
        }

        Assert.All(timeline.Counts.Values, counts => Assert.Equal(Exits / 2, counts.Sum()));
        Assert.All(timeline.Counts.Values, counts => Assert.Equal(ExitTimeline.Intervals, counts.Length));
        Assert.True((Exits - 1) * distance / timeline.Length < ExitTimeline.Intervals);
    }

    [Fact]
    public void Html_EscapesWhatIsText()
    {
        HtmlText inner = $"<b>{"<script>"}</b>";
        HtmlText html = $"<p>{"a & b"} {inner} {3.5:F2}</p>";
        Assert.Equal("<p>a &amp; b <b>&lt;script&gt;</b> 3.50</p>", html.ToString());
    }

    private static ExitSlice Exit(string reason, ulong start) => new(reason, ExitKind.Exit, 0x40_0000, IsUser: false, start, start + 5);

    // A byte at a time, as from a serial port; each with an exit of its own.
    private static void Print(RunRecorder recorder, string text)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            recorder.OnConsole([value]);
            recorder.OnExit(Exit("print", 1000));
        }
    }
}
