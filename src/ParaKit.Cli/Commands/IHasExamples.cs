namespace ParaKit.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal interface IHasExamples
{
    /// <summary>Whole command lines, simplest first.</summary>
    IReadOnlyList<string> Examples { get; }
}
