using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ParaKit.Cli.Hosting;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit mem-set</c>: how much memory a domain of a host is to have.</summary>
internal sealed class MemSetCommand : Command, IHasExamples
{
    private const string Units = "bkmgt";
    private const int BitsPerUnit = 10;
    private const char Usual = 'm';

    private readonly Argument<string> _domain = HostAccess.Domain();

    private readonly Argument<ulong> _memory = new("memory")
    {
        Description = "How much: a number of MiB, or with b, k, m, g or t.",
        CustomParser = Parse,
    };

    /// <summary>Makes the command.</summary>
    public MemSetCommand(Terminal terminal)
        : base("mem-set", "Tell the balloon driver of a domain how much memory it is to have, as 'xl mem-set'; a domain without a driver keeps what it has.")
    {
        var access = new HostAccess(terminal);
        Arguments.Add(_domain);
        Arguments.Add(_memory);
        access.AddTo(this);
        SetAction((parsed, cancellation) =>
            access.RunAsync(parsed, new SetMemoryRequest(parsed.GetRequiredValue(_domain), parsed.GetValue(_memory)), null, cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["parakit mem-set web 48", "parakit mem-set 3 40960k --json"];

    private static ulong Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var hasUnit = text.Length > 0 && Units.Contains(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal);
        var shift = Units.IndexOf(hasUnit ? char.ToLowerInvariant(text[^1]) : Usual, StringComparison.Ordinal) * BitsPerUnit;
        if (!ulong.TryParse(hasUnit ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number << shift >> shift != number)
        {
            result.AddError($"'{text}' is not an amount of memory; write a number of MiB, or with b, k, m, g or t, such as 40960k.");
        }

        return number << shift;
    }
}
