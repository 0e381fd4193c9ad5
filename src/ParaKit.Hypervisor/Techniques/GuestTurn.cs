namespace ParaKit.Hypervisor.Techniques;

/// <summary>A turn on a processor of a <see cref="ParavirtHost"/>.</summary>
/// <param name="Cpu">The processor.</param>
/// <param name="Guest">Whose turn it was: <see cref="HostedGuest.Id"/>.</param>
/// <param name="Vcpu">Which of its virtual processors.</param>
/// <param name="Start">When it began, in nanoseconds of virtual time.</param>
/// <param name="End">When it ended.</param>
public readonly record struct GuestTurn(int Cpu, int Guest, int Vcpu, ulong Start, ulong End)
{
    /// <summary>How long the virtual processor could have run before, in nanoseconds.</summary>
    public ulong Waited { get; init; }
}
