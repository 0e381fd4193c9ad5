using ParaKit.Hardware.Time;

namespace ParaKit.Hypervisor.Backends;

/// <summary>
/// Processor time that back ends take for a domain, in cycles. They do what the drivers of a driver domain do: a hypercall to use a page of the guest, to give it back and to
/// send an event; and they copy, a word with each instruction. The disk and the wire take their own time, not the processor's.
/// </summary>
internal sealed class BackendMeter(CostProfile costs)
{
    private const ulong WordBytes = sizeof(ulong);

    private readonly ulong _hypercall = costs.Hypercall + (2 * costs.SyscallEntry);

    /// <summary>Cycles that no processor has passed yet.</summary>
    public ulong Owed { get; private set; }

    /// <summary>One hypercall.</summary>
    public void Call() => Owed += _hypercall;

    /// <summary>Bytes from one place to another.</summary>
    public void Copy(int bytes) => Owed += (((ulong)bytes + WordBytes - 1) / WordBytes) * costs.Instruction;

    /// <summary>The cycles, which somebody passes now.</summary>
    public ulong Take()
    {
        var owed = Owed;
        Owed = 0;
        return owed;
    }
}
