using System.Collections.ObjectModel;
using ParaKit.Abi;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Events;
using ParaKit.Hypervisor.Grants;
using ParaKit.Hypervisor.Memory;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Domains;

/// <summary>A guest: its frames, its virtual processor, its events and what it has done.</summary>
internal sealed class Domain
{
    /// <summary>Identifier.</summary>
    public required DomainId Id { get; init; }

    /// <summary>What it was built from.</summary>
    public required KernelImage Image { get; init; }

    /// <summary>Machine frames by pseudo-physical frame number, as built.</summary>
    public required ulong[] Frames { get; init; }

    /// <summary>Its virtual processor.</summary>
    public required VirtualCpu Vcpu { get; init; }

    /// <summary>Its memory as it sees it.</summary>
    public required GuestMemory Memory { get; init; }

    /// <summary>Guard of its page tables.</summary>
    public required DirectPaging Paging { get; init; }

    /// <summary>Machine to pseudo-physical frames, for all domains.</summary>
    public required MachineToPhysicalMap MachineToPhysical { get; init; }

    /// <summary>Its shared info page.</summary>
    public required SharedInfoPage Shared { get; init; }

    /// <summary>Its ports.</summary>
    public required EventChannelTable Events { get; init; }

    /// <summary>What it lets others use.</summary>
    public required GrantTable Grants { get; init; }

    /// <summary>Finds another living domain; null if there is none.</summary>
    public Func<DomainId, Domain?> Others { get; set; } = _ => null;

    /// <summary>What serves it in the host, in the role of domain 0.</summary>
    public BackendHost Backends { get; } = new();

    /// <summary>Machine frame of the page that it shares with the store.</summary>
    public ulong StoreFrame { get; set; }

    /// <summary>Its port to the store.</summary>
    public uint StorePort { get; set; }

    /// <summary>Machine frame of the page that it shares with its console.</summary>
    public ulong ConsoleFrame { get; set; }

    /// <summary>Its port to the console.</summary>
    public uint ConsolePort { get; set; }

    /// <summary>Its time.</summary>
    public required GuestClock Clock { get; init; }

    /// <summary>Takes what it prints.</summary>
    public required Action<ReadOnlySpan<byte>> Console { get; init; }

    /// <summary>Hypercalls by Xen's names.</summary>
    public Counters HypercallCounts { get; } = new();

    /// <summary>Reasons for leaving the guest.</summary>
    public required ExitLog Exits { get; init; }

    /// <summary>What it is doing.</summary>
    public DomainState State { get; private set; } = DomainState.Running;

    /// <summary>Why it was shut down.</summary>
    public ShutdownReason ShutdownReason { get; private set; }

    /// <summary>Why it crashed, one line.</summary>
    public string? CrashReason { get; private set; }

    /// <summary>How long it ran and waited.</summary>
    public RunstateRecord Runstates => field ??= new RunstateRecord(Memory);

    /// <summary>Whether it gave up the rest of its turn.</summary>
    public bool HasYielded { get; set; }

    /// <summary>Ports that poll waits for; null if it does not poll.</summary>
    public uint[]? PolledPorts { get; set; }

    /// <summary>Assists in force, one bit per <see cref="VmAssistType"/>.</summary>
    public ulong Assists { get; set; }

    /// <summary>Hypercalls that the user of this library serves.</summary>
    public IReadOnlyDictionary<int, GuestHypercallHandler> Extensions { get; set; } = ReadOnlyDictionary<int, GuestHypercallHandler>.Empty;

    /// <summary>Whether it is still alive.</summary>
    public bool IsAlive => State is DomainState.Running or DomainState.Blocked;

    /// <summary>Puts the virtual processor to sleep until an event.</summary>
    public void Block()
    {
        State = DomainState.Blocked;
        Runstates.Enter(Runstate.Blocked, Clock.Now);
    }

    /// <summary>Whether it has an event to deliver, or what it polls for.</summary>
    public bool HasWhatItWaitsFor => Shared.NeedsDelivery
        || (PolledPorts is { } ports && (Array.Exists(ports, Shared.IsPending) || Vcpu.Timers.PollTimeout <= Clock.Now));

    /// <summary>Lets happen what is due by now: timers, and the work of back ends.</summary>
    public void CatchUp()
    {
        if (Vcpu.Timers.TakeDue(Clock.Now))
        {
            Events.Raise(Virq.Timer);
        }

        Backends.Serve(Clock.Now);
    }

    /// <summary>Wakes the virtual processor.</summary>
    public void Unblock()
    {
        if (State == DomainState.Blocked)
        {
            Shared.WriteTime(Clock.Capture());
            State = DomainState.Running;
            Runstates.Enter(Runstate.Runnable, Clock.Now);
            PolledPorts = null;
            Vcpu.Timers.PollTimeout = VirtualTimers.Never;
        }
    }

    /// <summary>It has the processor.</summary>
    public void BeginTurn() => Exits.Resume();

    /// <summary>It no longer has the processor: an exit that it is in costs nothing meanwhile.</summary>
    public void EndTurn()
    {
        HasYielded = false;
        Exits.Pause();
        if (State == DomainState.Running)
        {
            Runstates.Enter(Runstate.Runnable, Clock.Now);
        }
    }

    /// <summary>Stops the domain for a reason that it gave.</summary>
    public void ShutDown(ShutdownReason reason)
    {
        if (IsAlive)
        {
            ShutdownReason = reason;
            State = DomainState.ShutDown;
            Runstates.Enter(Runstate.Offline, Clock.Now);
        }
    }

    /// <summary>Stops the domain because it cannot go on. The first reason counts.</summary>
    public void Crash(string reason)
    {
        if (IsAlive)
        {
            CrashReason = reason;
            State = DomainState.Crashed;
            Runstates.Enter(Runstate.Offline, Clock.Now);
        }
    }
}
