namespace ParaKit.Hypervisor.Scheduling;

/// <summary>What every scheduler knows of a client; each adds its own.</summary>
/// <param name="number">The caller's number of it.</param>
/// <param name="parameters">What it is entitled to.</param>
public class SchedulingClient(int number, SchedulingParameters parameters)
{
    /// <summary>The caller's number of it.</summary>
    public int Number { get; } = number;

    /// <summary>What it is entitled to.</summary>
    public SchedulingParameters Parameters { get; internal set; } = parameters;
}
