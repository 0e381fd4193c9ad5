using ParaKit.Building.Showing;
using ParaKit.Cli.Rendering;

namespace ParaKit.Cli.Reporting;

/// <summary>What the paravirtual build changed: cost of the port, and each rewritten call with its code.</summary>
internal static class SourceSection
{
    /// <summary>The section; nothing if there is no source.</summary>
    public static HtmlText Of(ContrastReport report) => report.Source is not { } source ? HtmlText.Empty : $"""
        <section id="source">
        <h2>Rewritten source</h2>
        <p>The paravirtual kernel is built from the same source. A generator finds the calls of sensitive operations and has the compiler call something else instead.</p>
        <h3>Cost of the port, in lines of code</h3>
        <div class="scroll"><pre>{Cost(source)}</pre></div>
        <h3>{source.Calls.Count:N0} calls</h3>
        {HtmlText.Of(source.Calls.GroupBy(c => c.Call.Operation).OrderBy(g => g.Key, StringComparer.Ordinal), Operation)}
        </section>
        """;

    private static string Cost(GuestSource source)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        PortCostView.Write(source.Cost, writer);
        return writer.ToString();
    }

    private static HtmlText Operation(IGrouping<string, ShownCall> calls) => $"""
        <details><summary><code>{calls.Key}</code> ({calls.Count():N0})</summary>
        <p>is instead:</p><pre>{string.Join('\n', calls.First().Call.Interceptor)}</pre>
        {HtmlText.Of(calls, Call)}
        </details>

        """;

    private static HtmlText Call(ShownCall call) => $"""
        <h4>{call.Call.File}({call.Call.Line}), in {call.Call.Symbol}</h4>
        <div class="columns"><div><pre>{call.Call.Source}</pre></div><div><pre>{Code(call)}</pre></div></div>

        """;

    private static string Code(ShownCall call) => call.Code is not { Count: > 0 } code
        ? "no code of its own"
        : string.Join('\n', code.SelectMany(r => r.Instructions.Select(i => i ?? "…").Prepend(r.Function + ":")));
}
