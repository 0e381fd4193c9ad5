using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>One hypercall in progress: who calls, with what, and how to reach the caller's memory.</summary>
internal ref struct HypercallContext
{
    /// <summary>The calling domain.</summary>
    public required Domain Domain { get; init; }

    /// <summary>The number as the guest gave it.</summary>
    public required ulong Number { get; init; }

    /// <summary>First argument (RDI).</summary>
    public ulong Argument1 { get; set; }

    /// <summary>Second argument (RSI).</summary>
    public ulong Argument2 { get; set; }

    /// <summary>Third argument (RDX).</summary>
    public ulong Argument3 { get; set; }

    /// <summary>Fourth argument (R10).</summary>
    public ulong Argument4 { get; set; }

    /// <summary>Fifth argument (R8).</summary>
    public ulong Argument5 { get; set; }

    /// <summary>Whether the call is part of a multicall.</summary>
    public bool IsNested { get; init; }

    /// <summary>Whether the call wants to be made again, with the arguments as they are now.</summary>
    public bool WantsContinuation { get; private set; }

    /// <summary>The calling virtual processor.</summary>
    public readonly VirtualCpu Vcpu => Domain.Vcpu;

    /// <summary>Registers of the calling virtual processor.</summary>
    public readonly ref CpuState State => ref Domain.Vcpu.State;

    /// <summary>Result for an error.</summary>
    public static long Result(Errno error) => -(long)error;

    /// <summary>Copies a structure from the guest.</summary>
    public readonly bool TryRead<T>(GuestPointer<T> pointer, out T value)
        where T : unmanaged => Domain.Memory.TryRead(pointer.Address, out value);

    /// <summary>Copies a structure to the guest.</summary>
    public readonly bool TryWrite<T>(GuestPointer<T> pointer, in T value)
        where T : unmanaged => Domain.Memory.TryWrite(pointer.Address, in value);

    /// <summary>
    /// Ends this slice of a long call: the guest makes the call again with the arguments as they are now, after events and
    /// limits had their turn. Nothing that a guest asks for runs unboundedly.
    /// </summary>
    public long ContinueLater()
    {
        WantsContinuation = true;
        return 0;
    }
}
