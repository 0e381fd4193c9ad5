using System.Collections.Immutable;

namespace ParaKit.Workspaces.Calls;

/// <summary>A call in a kernel's source and the interceptor that a paravirtual build calls instead.</summary>
public sealed record RewrittenCall
{
    /// <summary>Source file relative to the project, with forward slashes.</summary>
    public required string File { get; init; }

    /// <summary>Line of the operation's name, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>First line of the statement or expression to which debug information attributes the call's code.</summary>
    public required int FirstLine { get; init; }

    /// <summary>Last line of the call.</summary>
    public required int LastLine { get; init; }

    /// <summary>Member that contains the call.</summary>
    public required string Symbol { get; init; }

    /// <summary>The call as the source has it.</summary>
    public required string Source { get; init; }

    /// <summary>The operation, such as <c>X86.Cli</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The interceptor as generated, without its list of locations, one line each.</summary>
    public required ImmutableArray<string> Interceptor { get; init; }
}
