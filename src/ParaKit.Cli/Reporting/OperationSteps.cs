namespace ParaKit.Cli.Reporting;

/// <summary>What happened while the guest measured an operation: each kind of step, how often, and the cycles in it.</summary>
internal sealed class OperationSteps
{
    private const int MaximumKinds = 1000;

    private readonly Dictionary<(StepKind Kind, string Name, ulong Address), Step> _steps = [];

    /// <summary>All steps, in the order in which they first happened.</summary>
    public IEnumerable<Step> All => _steps.Values.OrderBy(step => step.First);

    /// <summary>Exits and calls of the monitor, all together.</summary>
    public long Exits { get; private set; }

    /// <summary>Those that happened at least so often. What a program asks for begins with it, even if the way back into it came first.</summary>
    public IReadOnlyList<Step> Of(double least)
    {
        Step[] steps = [.. All.Where(step => step.Count >= least)];
        var start = Math.Max(0, Array.FindIndex(steps, step => step.IsProgram));
        return [.. steps[start..], .. steps[..start]];
    }

    /// <summary>Adds one.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its reason or name.</param>
    /// <param name="address">Where the guest was, or goes on.</param>
    /// <param name="isProgram">Whether it was in a program, not its kernel.</param>
    /// <param name="start">When it began.</param>
    /// <param name="cycles">Cycles away from the guest.</param>
    public void Add(StepKind kind, string name, ulong address, bool isProgram, ulong start, ulong cycles)
    {
        Exits += kind is StepKind.Exit or StepKind.CallOut ? 1 : 0;
        if (_steps.TryGetValue((kind, name, address), out var step))
        {
            _steps[(kind, name, address)] = step with { Count = step.Count + 1, Cycles = step.Cycles + cycles };
        }
        else if (_steps.Count < MaximumKinds)
        {
            _steps.Add((kind, name, address), new Step(kind, name, address, isProgram, start, 1, cycles));
        }
    }
}

/// <summary>Steps of one kind at one place.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Name">Their reason or name.</param>
/// <param name="Address">Where the guest was, or went on.</param>
/// <param name="IsProgram">Whether that was in a program, not its kernel.</param>
/// <param name="First">When the first began.</param>
/// <param name="Count">How many.</param>
/// <param name="Cycles">Cycles away from the guest in all of them.</param>
internal readonly record struct Step(StepKind Kind, string Name, ulong Address, bool IsProgram, ulong First, long Count, ulong Cycles);

/// <summary>What a step is.</summary>
internal enum StepKind
{
    /// <summary>The guest left for the hypervisor.</summary>
    Exit,

    /// <summary>Translated code called the monitor.</summary>
    CallOut,

    /// <summary>The guest asked for a service by hypercall.</summary>
    Hypercall,

    /// <summary>The guest's kernel was entered.</summary>
    Delivery,
}
