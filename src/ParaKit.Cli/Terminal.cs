using Spectre.Console;

namespace ParaKit.Cli;

/// <summary>The process's standard streams, and what they can show.</summary>
/// <param name="Output">Standard output as bytes: a guest's console is passed on unchanged.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Terminal(Stream Output, TextWriter Error)
{
    /// <summary>Standard input as bytes.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>Whether a person types on standard input directly.</summary>
    public bool IsInputInteractive { get; init; }

    /// <summary>Whether a person reads standard output directly.</summary>
    public bool IsOutputInteractive { get; init; }

    /// <summary>Whether a person reads standard error directly.</summary>
    public bool IsErrorInteractive { get; init; }

    /// <summary>Whether colours are wanted: off if NO_COLOR is set (no-color.org).</summary>
    public bool UseColor { get; init; }

    /// <summary>The real streams.</summary>
    public static Terminal OfProcess() => new(Console.OpenStandardOutput(), Console.Error)
    {
        Input = Console.OpenStandardInput(),
        IsInputInteractive = !Console.IsInputRedirected,
        IsOutputInteractive = !Console.IsOutputRedirected,
        IsErrorInteractive = !Console.IsErrorRedirected,
        UseColor = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
    };

    /// <summary>Makes a Spectre console that writes to <paramref name="writer"/> with no more than the stream can show.</summary>
    public IAnsiConsole CreateConsole(TextWriter writer, bool isInteractive)
    {
        var plain = !isInteractive;
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain || !UseColor ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
    }

    /// <summary>Writes an error as one line.</summary>
    public void WriteError(string message) => Error.WriteLine($"parakit: error: {message}");

    /// <summary>Writes something that the user should know to standard error.</summary>
    public void WriteNote(string message) => Error.WriteLine($"parakit: {message}");
}
