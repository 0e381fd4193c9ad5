using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Workspaces.Auditing;

/// <summary>One place at which a kernel's source uses a sensitive operation.</summary>
public sealed record OperationUse
{
    /// <summary>Name of the project.</summary>
    public required string Project { get; init; }

    /// <summary>Source file relative to the audited project or solution, with forward slashes.</summary>
    public required string File { get; init; }

    /// <summary>Line, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Column of the first character, from 1.</summary>
    public required int Column { get; init; }

    /// <summary>Line of the last character, from 1.</summary>
    public required int EndLine { get; init; }

    /// <summary>Column after the last character, from 1.</summary>
    public required int EndColumn { get; init; }

    /// <summary>Member that contains the use, such as <c>DescriptorTables.Load()</c>.</summary>
    public required string Symbol { get; init; }

    /// <summary>The operation as the source names it, such as <c>X86.Cli</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Machine instruction, or a short name for compound operations.</summary>
    public required string Mnemonic { get; init; }

    /// <summary>Class of the operation.</summary>
    public required OperationClass Class { get; init; }

    /// <summary>What happens when the native form runs deprivileged; null if the declaration does not say.</summary>
    public required string? Deprivileged { get; init; }

    /// <summary>What the paravirtual counterpart does; null if there is none.</summary>
    public required string? Becomes { get; init; }

    /// <summary>Form of the use.</summary>
    public required UseForm Form { get; init; }

    /// <summary>What the paravirtual build does with it.</summary>
    public required Rewriting Rewriting { get; init; }

    /// <summary>Why it is not rewritten, as a clause; null if it is, or need not be.</summary>
    public required string? Problem { get; init; }

    /// <summary>Row of the port-cost table to which the line belongs.</summary>
    public required PortCategory Category { get; init; }

    /// <summary>Whether the kernel's author has to change the source for this use.</summary>
    public bool NeedsHand => Rewriting is Rewriting.NotRewritable or Rewriting.CounterpartMismatch or Rewriting.NoCounterpart;
}
