using System.Diagnostics;
using System.Globalization;

namespace ParaKit.Cli.Rendering;

/// <summary>Says on standard error how far a scan is, if it takes long: a line every two seconds.</summary>
internal sealed class ScanProgress(TextWriter writer) : IProgress<double>
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _next = s_interval;

    /// <inheritdoc/>
    public void Report(double value)
    {
        if (_watch.Elapsed >= _next)
        {
            _next = _watch.Elapsed + s_interval;
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {value * 100:F0} % of the code read"));
        }
    }
}
