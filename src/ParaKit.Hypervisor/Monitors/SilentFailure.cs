namespace ParaKit.Hypervisor.Monitors;

/// <summary>A sensitive instruction that did not trap, and did or told something else than it would have at privilege level 0.</summary>
public sealed record SilentFailure
{
    /// <summary>Name of the instruction in the table of sensitive instructions, such as "popf".</summary>
    public required string Name { get; init; }

    /// <summary>Linear address.</summary>
    public required ulong Address { get; init; }

    /// <summary>The instruction, Intel syntax.</summary>
    public required string Instruction { get; init; }

    /// <summary>Symbol and source line, as far as known.</summary>
    public required string Location { get; init; }

    /// <summary>What it should have done, when it first went wrong.</summary>
    public required string Expected { get; init; }

    /// <summary>What it did instead.</summary>
    public required string Actual { get; init; }

    /// <summary>How often it went wrong.</summary>
    public long Count { get; init; }
}
