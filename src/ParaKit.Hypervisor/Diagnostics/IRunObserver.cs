namespace ParaKit.Hypervisor.Diagnostics;

/// <summary>
/// Hears what happens in a run while it happens. Times are cycles of virtual time. It must not change the guest, and what it does takes no virtual time;
/// what it throws ends the run.
/// </summary>
public interface IRunObserver
{
    /// <summary>The guest goes on after it had left for its hypervisor.</summary>
    void OnExit(in ExitSlice slice);

    /// <summary>The guest made a hypercall; the exit that it is part of comes afterwards.</summary>
    /// <param name="name">Xen's name.</param>
    /// <param name="time">When.</param>
    void OnHypercall(string name, ulong time);

    /// <summary>The guest's kernel is entered for an exception, an interrupt or an event.</summary>
    void OnDelivery(in Delivery delivery);
}

/// <summary>A stay in the hypervisor.</summary>
/// <param name="Reason">Why the guest left, as counted in <see cref="Techniques.RunResult.Exits"/>; of a call-out, its cause.</param>
/// <param name="Kind">Whether it left, or translated code called.</param>
/// <param name="Rip">Where the guest was.</param>
/// <param name="IsUser">Whether it ran a program, not its kernel.</param>
/// <param name="Start">When it left.</param>
/// <param name="End">When it goes on.</param>
public readonly record struct ExitSlice(string Reason, ExitKind Kind, ulong Rip, bool IsUser, ulong Start, ulong End);

/// <summary>How control came to the hypervisor.</summary>
public enum ExitKind
{
    /// <summary>By an exit.</summary>
    Exit,

    /// <summary>By a call of translated code, at the same privilege level.</summary>
    CallOut,
}

/// <summary>An entry of the guest's kernel.</summary>
/// <param name="Name">What for, such as "PageFault", "Interrupt" or "event callback".</param>
/// <param name="Vector">Vector; null for a callback.</param>
/// <param name="Handler">Address of the handler.</param>
/// <param name="Time">When.</param>
public readonly record struct Delivery(string Name, byte? Vector, ulong Handler, ulong Time);
