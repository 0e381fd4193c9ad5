namespace ParaKit.Cli.Auditing;

/// <summary>Writes each step once, as it comes: <see cref="Progress{T}"/> would report on another thread, after the fact.</summary>
internal sealed class LineProgress(TextWriter writer) : IProgress<string>
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _reported = [];

    /// <inheritdoc/>
    public void Report(string value)
    {
        lock (_gate)
        {
            if (_reported.Add(value))
            {
                writer.WriteLine($"  {value}");
            }
        }
    }
}
