using System.Collections.ObjectModel;
using ParaKit.Abi;
using ParaKit.Hypervisor.Backends;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Events;
using ParaKit.Hypervisor.Grants;
using ParaKit.Hypervisor.Memory;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// A guest: its frames, its virtual processors, its events and what it has done. Whoever lets one of its virtual processors do something says so first
/// (<see cref="ActFor"/>): what speaks of "the" virtual processor, its time and its memory means that one.
/// </summary>
internal sealed class Domain
{
    /// <summary>Identifier.</summary>
    public required DomainId Id { get; init; }

    /// <summary>What it was built from.</summary>
    public required KernelImage Image { get; init; }

    /// <summary>Machine frames by pseudo-physical frame number, as built.</summary>
    public required ulong[] Frames { get; init; }

    /// <summary>Its virtual processors.</summary>
    public required IReadOnlyList<VirtualCpu> Vcpus { get; init; }

    /// <summary>The virtual processor that the hypervisor acts for.</summary>
    public VirtualCpu Vcpu
    {
        get => field ??= Vcpus[0];
        private set;
    }

    /// <summary>Its memory as that processor sees it.</summary>
    public GuestMemory Memory => Vcpu.Memory;

    /// <summary>Frames that domains have in common.</summary>
    public required CooperativeSharing Sharing { get; init; }

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

    /// <summary>What it has mapped of others.</summary>
    public required GrantMappings Mappings { get; init; }

    /// <summary>How many frames it has and may have.</summary>
    public required FrameQuota Quota { get; init; }

    /// <summary>Finds another living domain; null if there is none.</summary>
    public Func<DomainId, Domain?> Others { get; set; } = _ => null;

    /// <summary>What serves it in the host, in the role of domain 0.</summary>
    public BackendHost Backends => field ??= new(new BackendMeter(Vcpus[0].Processor.Costs));

    /// <summary>Machine frame of the page that it shares with the store.</summary>
    public ulong StoreFrame { get; set; }

    /// <summary>Its port to the store.</summary>
    public uint StorePort { get; set; }

    /// <summary>Machine frame of the page that it shares with its console.</summary>
    public ulong ConsoleFrame { get; set; }

    /// <summary>Its port to the console.</summary>
    public uint ConsolePort { get; set; }

    /// <summary>Its time.</summary>
    public GuestClock Clock => Vcpu.Clock;

    /// <summary>Takes what it prints.</summary>
    public required Action<ReadOnlySpan<byte>> Console { get; init; }

    /// <summary>Hypercalls by Xen's names.</summary>
    public Counters HypercallCounts { get; } = new();

    /// <summary>Reasons for leaving the guest.</summary>
    public ExitLog Exits => Vcpu.Exits;

    /// <summary>Those reasons, counted for all virtual processors.</summary>
    public required Counters ExitCounts { get; init; }

    /// <summary>Hears what happens.</summary>
    public IRunObserver? Observer
    {
        set
        {
            foreach (var vcpu in Vcpus)
            {
                vcpu.Exits.Observer = value;
            }
        }
    }

    /// <summary>What it had of memory, and for how long.</summary>
    public MemoryMeter Meter => field ??= StartMeter();

    /// <summary>Parts of pages that it pays for: frames that it has, whoever has mapped them too, and its parts of those that it has in common with others.</summary>
    public ulong PaidParts => (Quota.Current * CooperativeSharing.PartsPerPage) + Sharing.PartsOf(Id);

    /// <summary>How often it left the guest, for limits.</summary>
    public long ExitCount { get; set; }

    /// <summary>Instructions that its virtual processors have retired.</summary>
    public long Instructions => Vcpus.Sum(vcpu => vcpu.Processor.Counters.Instructions);

    /// <summary>Cycles that they spent in the hypervisor.</summary>
    public ulong HypervisorCycles => Vcpus.Aggregate(0UL, (sum, vcpu) => sum + vcpu.Exits.Cycles);

    /// <summary>What it is doing.</summary>
    public DomainState State { get; private set; } = DomainState.Running;

    /// <summary>Why it was shut down.</summary>
    public ShutdownReason ShutdownReason { get; private set; }

    /// <summary>Why it crashed, one line.</summary>
    public string? CrashReason { get; private set; }

    /// <summary>How long the virtual processor ran and waited.</summary>
    public RunstateRecord Runstates => Vcpu.Runstates;

    /// <summary>Whether it was paused from outside.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Assists in force, one bit per <see cref="VmAssistType"/>.</summary>
    public ulong Assists { get; set; }

    /// <summary>Hypercalls that the user of this library serves.</summary>
    public IReadOnlyDictionary<int, GuestHypercallHandler> Extensions { get; set; } = ReadOnlyDictionary<int, GuestHypercallHandler>.Empty;

    /// <summary>Whether it is still alive.</summary>
    public bool IsAlive => State == DomainState.Running;

    /// <summary>From now on the hypervisor acts for one of the virtual processors.</summary>
    public void ActFor(VirtualCpu vcpu) => Vcpu = vcpu;

    /// <summary>Empties the caches of translations of all its virtual processors.</summary>
    public void FlushTlbs()
    {
        foreach (var vcpu in Vcpus)
        {
            vcpu.Processor.FlushTlb();
        }
    }

    /// <summary>Puts the virtual processor to sleep until an event.</summary>
    public void Block()
    {
        Vcpu.Activity = VcpuActivity.Blocked;
        Runstates.Enter(Runstate.Blocked, Clock.Now);
    }

    /// <summary>Takes a virtual processor down; its registers stay. Without any that is up the domain has powered off.</summary>
    public void TakeDown(VirtualCpu vcpu)
    {
        vcpu.Activity = VcpuActivity.Down;
        vcpu.Runstates.Enter(Runstate.Offline, Clock.Now);
        if (Vcpus.All(vcpu => vcpu.Activity == VcpuActivity.Down))
        {
            ShutDown(ShutdownReason.PowerOff);
        }
    }

    /// <summary>Brings one of its virtual processors up, at the time of the one that the hypervisor acts for.</summary>
    public void BringUp(VirtualCpu vcpu)
    {
        if (vcpu.Activity == VcpuActivity.Down)
        {
            vcpu.Activity = VcpuActivity.Runnable;
            vcpu.NotBefore = Clock.Now;
            vcpu.Info.WriteTime(Clock.Capture());
        }
    }

    /// <summary>Whether it has an event to deliver, or what it polls for.</summary>
    public bool HasWhatItWaitsFor => Vcpu.Info.NeedsDelivery
        || (Vcpu.PolledPorts is { } ports && (Array.Exists(ports, Shared.IsPending) || Vcpu.Timers.PollTimeout <= Clock.Now));

    /// <summary>Lets happen what is due by now: timers, and the work of back ends.</summary>
    public void CatchUp()
    {
        if (Vcpu.Timers.TakeDue(Clock.Now))
        {
            Events.Raise(Virq.Timer, Vcpu.Number);
        }

        Backends.Serve(Clock.Now);
    }

    /// <summary>Wakes the virtual processor.</summary>
    public void Unblock()
    {
        if (Vcpu.Activity == VcpuActivity.Blocked)
        {
            Vcpu.Info.WriteTime(Clock.Capture());
            Vcpu.Activity = VcpuActivity.Runnable;
            Runstates.Enter(Runstate.Runnable, Clock.Now);
            Vcpu.PolledPorts = null;
            Vcpu.Timers.PollTimeout = VirtualTimers.Never;
        }
    }

    /// <summary>It has the processor.</summary>
    public void BeginTurn() => Exits.Resume();

    /// <summary>It no longer has the processor: an exit that it is in costs nothing meanwhile.</summary>
    public void EndTurn()
    {
        Vcpu.HasYielded = false;
        Exits.Pause();
        if (IsAlive && Vcpu.Activity == VcpuActivity.Runnable)
        {
            Runstates.Enter(IsPaused ? Runstate.Offline : Runstate.Runnable, Clock.Now);
        }
    }

    /// <summary>Stops the domain for a reason that it gave.</summary>
    public void ShutDown(ShutdownReason reason)
    {
        if (IsAlive)
        {
            ShutdownReason = reason;
            End(DomainState.ShutDown);
        }
    }

    /// <summary>Stops the domain because it cannot go on. The first reason counts.</summary>
    public void Crash(string reason)
    {
        if (IsAlive)
        {
            CrashReason = reason;
            End(DomainState.Crashed);
        }
    }

    /// <summary>Stops the domain because somebody outside wants it.</summary>
    public void Destroy()
    {
        if (IsAlive)
        {
            End(DomainState.Destroyed);
        }
    }

    /// <summary>Stops its virtual processors for a while, or lets them go on.</summary>
    public void SetPaused(bool isPaused)
    {
        IsPaused = isPaused;
        foreach (var vcpu in Vcpus.Where(v => v.Activity == VcpuActivity.Runnable && IsAlive))
        {
            vcpu.Runstates.Enter(isPaused ? Runstate.Offline : Runstate.Runnable, vcpu.Clock.Now);
        }
    }

    /// <summary>Counts its memory until now.</summary>
    public void MeterMemory()
    {
        if (IsAlive)
        {
            Meter.Advance(Vcpus.Max(vcpu => vcpu.Clock.Now), PaidParts);
        }
    }

    private MemoryMeter StartMeter()
    {
        Quota.Changing = MeterMemory;
        return new MemoryMeter(Clock.Now);
    }

    private void End(DomainState state)
    {
        MeterMemory();
        State = state;
        foreach (var vcpu in Vcpus)
        {
            vcpu.Runstates.Enter(Runstate.Offline, vcpu.Clock.Now);
        }
    }
}
