using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Control;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit top</c>: what the domains of a host use, live.</summary>
internal sealed class TopCommand : Command, IHasExamples
{
    private const double UsualDelay = 3;
    private const double LongestDelay = 86_400;

    // DEC's private modes and ECMA-48: the other screen, the first place, the rest of a line and of the screen.
    private const string EnterScreen = "\e[?1049h";
    private const string LeaveScreen = "\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearLine = "\e[K\n";
    private const string ClearRest = "\e[J";

    private static readonly TimeSpan s_keyPoll = TimeSpan.FromMilliseconds(50);

    private readonly Terminal _terminal;
    private readonly HostAccess _access;

    private readonly Option<bool> _batch = new("--batch", "-b") { Description = "Print tables one after another, without a screen; also if standard output is no terminal." };

    private readonly Option<int> _iterations = new("--iterations", "-n") { Description = "End after so many tables. [default: no end; 1 with --json]", HelpName = "number" };

    private readonly Option<double> _delay = new("--delay", "-d") { Description = $"Seconds between tables. [default: {UsualDelay}]", HelpName = "seconds", CustomParser = ParseDelay };

    /// <summary>Makes the command.</summary>
    public TopCommand(Terminal terminal)
        : base("top", "Show what the domains of a host use, again and again, with the columns of 'xentop'; 'q' ends it. Percentages are of virtual time.")
    {
        _terminal = terminal;
        _access = new HostAccess(terminal);
        Options.Add(_batch);
        Options.Add(_iterations);
        Options.Add(_delay);
        _access.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = ["parakit top", "parakit top -d 1", "parakit top --batch -n 2 -d 5 > use.txt", "parakit top --json -n 2 -d 1"];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var delay = parsed.GetResult(_delay) is null ? UsualDelay : parsed.GetValue(_delay);
        if (delay is not (>= 0.05 and <= LongestDelay))
        {
            throw new UsageException($"--delay: a delay is 0.05 to {LongestDelay} seconds.");
        }

        var most = parsed.GetResult(_iterations) is not null ? parsed.GetValue(_iterations) : _access.IsJson(parsed) ? 1 : int.MaxValue;
        if (most < 1)
        {
            throw new UsageException("--iterations: at least 1.");
        }

        if (_access.IsJson(parsed))
        {
            return await PrintDocumentAsync(parsed, most, delay, cancellation).ConfigureAwait(false);
        }

        return parsed.GetValue(_batch) || !_terminal.IsOutputInteractive
            ? await PrintTablesAsync(parsed, most, delay, cancellation).ConfigureAwait(false)
            : await ShowAsync(parsed, most, delay, cancellation).ConfigureAwait(false);
    }

    private static double ParseDelay(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            result.AddError($"--delay: '{text}' is not a number of seconds.");
        }

        return seconds;
    }

    private async Task<int> PrintDocumentAsync(ParseResult parsed, int most, double delay, CancellationToken cancellation)
    {
        List<TopSample> samples = [];
        await foreach (var sample in SamplesAsync(parsed, most, token => WaitAsync(delay, token), cancellation).ConfigureAwait(false))
        {
            samples.Add(sample);
        }

        ReadableJson.Write(_terminal.Output, TopDocument.Of(samples), options => HostDocumentJson.With(options).TopDocument);
        return ExitCodes.Success;
    }

    private async Task<int> PrintTablesAsync(ParseResult parsed, int most, double delay, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(_terminal.Output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        await foreach (var sample in SamplesAsync(parsed, most, token => WaitAsync(delay, token), cancellation).ConfigureAwait(false))
        {
            TopTable.Write(sample, writer);
            await writer.FlushAsync(cancellation).ConfigureAwait(false);
        }

        return ExitCodes.Success;
    }

    private async Task<int> ShowAsync(ParseResult parsed, int most, double delay, CancellationToken cancellation)
    {
        using var writer = new StreamWriter(_terminal.Output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true };
        await writer.WriteAsync(EnterScreen).ConfigureAwait(false);
        try
        {
            await foreach (var sample in SamplesAsync(parsed, most, token => WaitForKeyAsync(delay, token), cancellation).ConfigureAwait(false))
            {
                using var screen = new StringWriter { NewLine = ClearLine };
                screen.WriteLine(string.Create(CultureInfo.InvariantCulture, $"parakit top - {DateTime.Now:HH:mm:ss}    {_access.Path(parsed)}    q: quit"));
                TopTable.WriteSummary(sample, screen);
                TopTable.Write(sample, screen);
                await writer.WriteAsync($"{Home}{screen}{ClearRest}").ConfigureAwait(false);
            }
        }
        finally
        {
            await writer.WriteAsync(LeaveScreen).ConfigureAwait(false);
        }

        return ExitCodes.Success;
    }

    /// <summary>Asks the host again and again.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="most">How often.</param>
    /// <param name="waitAsync">Waits; false to end.</param>
    /// <param name="cancellation">Ends it.</param>
    private async IAsyncEnumerable<TopSample> SamplesAsync(
        ParseResult parsed, int most, Func<CancellationToken, Task<bool>> waitAsync, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        HostSnapshot? before = null;
        for (var i = 0; i < most && (i == 0 || await waitAsync(cancellation).ConfigureAwait(false)); i++)
        {
            var now = await _access.AskAsync(parsed, new ListRequest(), cancellation).ConfigureAwait(false);
            yield return new TopSample(now, before);
            before = now;
        }
    }

    private static async Task<bool> WaitAsync(double seconds, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Waits, and looks at what is typed meanwhile.</summary>
    private static async Task<bool> WaitForKeyAsync(double seconds, CancellationToken cancellation)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= s_keyPoll)
        {
            if (!Console.IsInputRedirected && Console.KeyAvailable && Console.ReadKey(intercept: true).KeyChar is 'q' or 'Q')
            {
                return false;
            }

            await Task.Delay(left < s_keyPoll ? left : s_keyPoll, cancellation).ConfigureAwait(false);
        }

        return true;
    }
}
