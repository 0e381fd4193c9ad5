using ParaKit.Cli.Figures;

namespace ParaKit.Cli.Reporting;

/// <summary>Published ratios next to those of the runs, on a logarithmic scale around 1.</summary>
internal static class ShapeSection
{
    private const double Decades = 3;
    private const double Half = 50;

    /// <summary>The section; nothing if the guest measured nothing that was published.</summary>
    public static HtmlText Of(ContrastReport report)
    {
        var shapes = ShapeResult.Of(report.Results);
        return shapes.Count == 0 ? HtmlText.Empty : $"""
            <section id="shapes">
            <h2>Next to published figures</h2>
            <p>Others have measured such operations on real machines. Sizes depend on the machine; ratios much less. Each row is one ratio of two techniques:
            <span class="key published"></span> as published, <span class="key here"></span> here, from 1/1000 (left) over equal (middle) to 1000 times (right). The shaded band was fixed before the
            figures were seen. {shapes.Count(s => s.IsInBand)} of {shapes.Count} lie inside.</p>
            <div class="scroll"><table class="shapes">
            <tr><th>Operation</th><th>Ratio</th><th></th><th>published</th><th>here</th></tr>
            {HtmlText.Of(shapes, Row)}
            </table></div>
            {Outside([.. shapes.Where(s => !s.IsInBand)])}
            <p class="note">Sources: {string.Join("; ", shapes.Select(s => s.Shape.Source).Distinct(StringComparer.Ordinal))}.</p>
            </section>
            """;
    }

    private static HtmlText Row(ShapeResult result) => $"""
        <tr class="{(result.IsInBand ? "" : "outside")}"><th>{result.Shape.Operation}</th><td class="ratio">{result.Shape.Technique} / {result.Shape.Reference}</td>
        <td class="plot"><svg viewBox="0 0 100 14" preserveAspectRatio="none" role="img" aria-label="published {result.Shape.Published:G3}, here {result.Ratio:G3}">{Band(result.Shape)}
        <line x1="50" y1="0" x2="50" y2="14"/>{Bar(result.Shape.Published, "published", 2)}{Bar(result.Ratio, "here", 8)}</svg></td>
        <td>{Number(result.Shape.Published)}</td><td>{Number(result.Ratio)}</td></tr>

        """;

    private static HtmlText Band(PublishedShape shape)
    {
        var (left, right) = (Position(shape.Lowest), Position(shape.Highest ?? double.PositiveInfinity));
        return $"<rect class=\"band\" x=\"{left:F2}\" y=\"0\" width=\"{right - left:F2}\" height=\"14\"/>";
    }

    private static HtmlText Bar(double ratio, string style, int y)
    {
        var (left, right) = (Math.Min(Half, Position(ratio)), Math.Max(Half, Position(ratio)));
        return $"<rect class=\"{style}\" x=\"{left:F2}\" y=\"{y}\" width=\"{Math.Max(right - left, 0.4):F2}\" height=\"4\"/>";
    }

    private static double Position(double ratio) => Half + (Half * Math.Clamp(Math.Log10(Math.Max(ratio, double.Epsilon)) / Decades, -1, 1));

    private static HtmlText Outside(IReadOnlyList<ShapeResult> shapes) => shapes.Count == 0 ? HtmlText.Empty : $"""
        <details><summary>Why {shapes.Count} lie outside</summary><ul>
        {HtmlText.Of(shapes, s => $"<li>{s.Shape.Name}: {s.Shape.Deviation ?? "No reason is known."}</li>\n")}</ul></details>
        """;

    private static string Number(double value) => value.ToString(value >= 10 ? "N0" : "0.##", System.Globalization.CultureInfo.InvariantCulture);
}
