using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace ParaKit.RoslynTesting;

/// <summary>Source text with expected diagnostics: <c>{|PK0001:code|}</c> marks a span that must be reported.</summary>
/// <param name="Text">The source without its marks.</param>
/// <param name="Expected">The marked spans; marks may nest.</param>
public sealed record MarkedSource(string Text, ImmutableArray<(string Id, TextSpan Span)> Expected)
{
    /// <summary>Separates marks from text.</summary>
    /// <exception cref="FormatException">A mark is not closed.</exception>
    public static MarkedSource Parse(string marked)
    {
        ArgumentNullException.ThrowIfNull(marked);
        StringBuilder text = new();
        Stack<(string Id, int Start)> open = new();
        var found = ImmutableArray.CreateBuilder<(string, TextSpan)>();
        for (int i = 0; i < marked.Length; i++)
        {
            if (StartsWith(marked, i, "{|"))
            {
                int colon = marked.IndexOf(':', i);
                open.Push((marked[(i + 2)..colon], text.Length));
                i = colon;
            }
            else if (open.Count > 0 && StartsWith(marked, i, "|}"))
            {
                (string id, int start) = open.Pop();
                found.Add((id, TextSpan.FromBounds(start, text.Length)));
                i++;
            }
            else
            {
                text.Append(marked[i]);
            }
        }

        return open.Count == 0
            ? new MarkedSource(text.ToString(), found.ToImmutable())
            : throw new FormatException($"Mark {open.Peek().Id} is not closed.");
    }

    private static bool StartsWith(string text, int index, string value) =>
        string.CompareOrdinal(text, index, value, 0, value.Length) == 0;
}
