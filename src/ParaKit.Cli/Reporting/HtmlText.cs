using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace ParaKit.Cli.Reporting;

/// <summary>A piece of HTML written as an interpolated string: what stands in its holes is text, and is escaped, unless it is HTML itself.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlText
{
    private readonly StringBuilder _html;

    /// <summary>Called by the compiler.</summary>
    public HtmlText(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + (formattedCount * 16));

    /// <summary>Nothing.</summary>
    public static HtmlText Empty => new(0, 0);

    /// <summary>Pieces one after the other.</summary>
    public static HtmlText Join(IEnumerable<HtmlText> pieces)
    {
        var all = Empty;
        foreach (var piece in pieces)
        {
            all.AppendFormatted(piece);
        }

        return all;
    }

    /// <summary>A piece per item.</summary>
    public static HtmlText Of<T>(IEnumerable<T> items, Func<T, HtmlText> piece) => Join(items.Select(piece));

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string html) => _html.Append(html);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(HtmlText html) => _html.Append(html._html);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(string? text) => _html.Append(WebUtility.HtmlEncode(text));

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() => _html?.ToString() ?? "";
}
