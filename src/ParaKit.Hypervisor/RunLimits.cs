namespace ParaKit.Hypervisor;

/// <summary>What ends a run from outside.</summary>
/// <param name="MaxInstructions">Guest instructions plus exits after which the run stops; 0 is no limit.</param>
/// <param name="Cancellation">Stops the run soon after it is cancelled.</param>
internal readonly record struct RunLimits(long MaxInstructions, CancellationToken Cancellation);
