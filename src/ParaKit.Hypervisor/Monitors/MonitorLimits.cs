namespace ParaKit.Hypervisor.Monitors;

/// <summary>What a monitor must keep to.</summary>
/// <param name="MaxInstructions">Instructions and exits after which it stops; 0 is no limit.</param>
/// <param name="Umip">Whether the machine prevents SGDT and relatives at privilege level 3.</param>
/// <param name="Cancellation">Stops it soon after it is cancelled.</param>
internal readonly record struct MonitorLimits(long MaxInstructions, bool Umip, CancellationToken Cancellation);
