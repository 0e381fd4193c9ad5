using System.Diagnostics;
using System.Net.Sockets;
using ParaKit.Hardware.Memory;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Network;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Store;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// A machine on which paravirtual domains come and go: they are created, paused, entitled to more or less and destroyed while others run. Everything happens on
/// the thread that calls; between two calls nothing does. Domains share the store and can connect event channels.
/// </summary>
public sealed class ParavirtHost : IDomainControl, IDisposable
{
    private const ulong NanosecondsPerTick = 1_000_000 / TimeSpan.TicksPerMillisecond;

    private static readonly string s_technique = new ParavirtTechnique().Name;

    private readonly HypervisorHost _host;
    private readonly MachineHold _hold;
    private readonly PcapFile? _capture;
    private readonly SharedProcessors _processors;
    private readonly List<HostedGuest> _guests = [];
    private readonly Stopwatch _watch = new();

    /// <summary>Makes a machine without domains.</summary>
    /// <exception cref="ArgumentException">It has no processors, or too many; or the scheduler has had clients.</exception>
    public ParavirtHost(HostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Cpus is < 1 or > HostOptions.MaximumCpus)
        {
            throw new ArgumentException($"A machine has 1 to {HostOptions.MaximumCpus} processors, not {options.Cpus}.", nameof(options));
        }

        _host = new HypervisorHost(options.MemoryBytes, options.Costs, options.Extensions, options.Domains);
        _hold = new MachineHold(_host);
        _capture = options.Capture is { } stream ? new PcapFile(stream, GuestClock.WallClockSeconds) : null;
        _host.Networks.Capture = _capture;
        var clock = _host.Machine.Clock;
        _processors = new SharedProcessors(
            [.. Enumerable.Range(0, options.Cpus).Select(i => new SimulatedCpu(i, i == 0 ? clock : new VirtualClock(clock.FrequencyHz), options.Scheduler()))]);
        foreach (var cpu in _processors.Cpus)
        {
            cpu.TurnEnded = (vcpu, start, end) => TurnEnded?.Invoke(new GuestTurn(cpu.Number, vcpu.Domain.Id.Value, vcpu.Vcpu.Number, start, end) { Waited = vcpu.Waited });
        }
    }

    /// <summary>All domains that were created, in order, with those that have ended and were not forgotten.</summary>
    public IReadOnlyList<HostedGuest> Guests => _guests;

    /// <summary>Processors.</summary>
    public int Cpus => _processors.Cpus.Count;

    /// <summary>Hears of each turn when it has ended; null for nobody. It must not change the host.</summary>
    public Action<GuestTurn>? TurnEnded { get; set; }

    /// <summary>Virtual time in nanoseconds since the machine was built.</summary>
    public ulong Now => _processors.Now;

    /// <summary>When something happens next: not later than <see cref="Now"/> if somebody can run, <see cref="ulong.MaxValue"/> if all wait for what only others can bring.</summary>
    public ulong NextMoment => _processors.NextMoment;

    /// <summary>Wall clock at time 0 of <see cref="Now"/>, which guests add to their system time; 2026-01-01 at first, so that runs repeat exactly. It may be set at any time; no timer takes notice.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is before 1970.</exception>
    public DateTimeOffset WallClockAtBoot
    {
        get => DateTimeOffset.UnixEpoch.AddTicks((long)(_host.WallClockAtBoot / NanosecondsPerTick));
        set => _host.WallClockAtBoot = value >= DateTimeOffset.UnixEpoch
            ? (ulong)(value - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A wall clock counts from 1970 on.");
    }

    /// <summary>Cycles of all processors together since then; each is charged to a domain, or idle.</summary>
    public ulong ElapsedCycles => Sum(cpu => cpu.Clock.Cycles);

    /// <summary>Cycles of those in which a processor had nothing to do.</summary>
    public ulong IdleCycles => Sum(cpu => cpu.Clock.IdleCycles);

    /// <summary>The same in nanoseconds.</summary>
    public ulong IdleNanoseconds => Sum(cpu => (ulong)((UInt128)cpu.Clock.IdleCycles * GuestClock.NanosecondsPerSecond / cpu.Clock.FrequencyHz));

    /// <summary>Memory that is free, in bytes.</summary>
    public ulong FreeBytes => (ulong)_host.Allocator.Free * PageTableEntries.FrameBytes;

    internal SharedProcessors Processors => _processors;

    internal XenStore Store => _host.Store;

    internal PhysicalMemory Memory => _host.Machine.Memory;

    /// <summary>Creates a domain. It runs in the next step, unless it is paused before.</summary>
    /// <exception cref="DomainBuildException">The image, the memory, the number of virtual processors or a disk cannot be used; nothing has changed.</exception>
    /// <exception cref="ArgumentException">A scheduling parameter is out of range, or it may run on no processor that there is; nothing has changed.</exception>
    public HostedGuest Create(RunRequest run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _processors.Check(run.Scheduling);
        var console = new ConsoleCapture(run.Console, run.KeepConsole);
        var cpu = _processors.Lightest(run.Scheduling);
        var before = cpu.Clock.Cycles;
        var domain = _host.Build(run.Image, MachineRun.MemoryBytes(run), run.CommandLine, console.Write, run.Vcpus, run.TscMode, cpu.Clock);
        DomainDevices? devices = null;
        try
        {
            domain.Extensions = run.Hypercalls;
            domain.Observer = run.Observer;
            domain.MeterMemory();
            devices = new DomainDevices(_host, domain, run);
            var scheduled = new ScheduledDomain(domain, new RunLimits(run.MaxInstructions, run.Cancellation), run.Scheduling);
            _processors.Add(scheduled, cpu.Clock.Cycles - before, cpu);
            _guests.Add(new HostedGuest(this, run, scheduled, devices, console));
            return _guests[^1];
        }
        catch
        {
            domain.Destroy();
            devices?.Forget();
            _host.Remove(domain);
            throw;
        }
    }

    /// <summary>Lets virtual time pass.</summary>
    /// <param name="nanoseconds">How much; it may become more by what cannot be interrupted.</param>
    public void Run(ulong nanoseconds) => RunUntil(Now + nanoseconds);

    /// <summary>Lets virtual time pass until a moment; all that is due before is done.</summary>
    public void RunUntil(ulong nanoseconds)
    {
        Step(nanoseconds, () => false);
        _processors.IdleUntil(nanoseconds);
    }

    /// <summary>Runs until all domains have ended, nothing can happen any more, or the run is cancelled.</summary>
    /// <returns>Whether all have ended. If not, those that are left are paused, or wait for what cannot come.</returns>
    public bool RunToEnd(CancellationToken cancellation)
    {
        Step(VirtualTimers.Never, () => cancellation.IsCancellationRequested || _processors.Domains.Count == 0);
        _processors.IdleUntil(Now);
        return _processors.Domains.Count == 0;
    }

    /// <summary>Takes a domain that has ended away: its memory is free, nothing of it is left in the store, and <see cref="HostedGuest.Result"/> cannot be asked for any more.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public void Forget(HostedGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        if (guest.IsAlive)
        {
            throw new InvalidOperationException($"'{guest.Name}' has not ended.");
        }

        if (_guests.Remove(guest))
        {
            guest.Devices.Forget();
            _host.Remove(guest.Domain);
        }
    }

    /// <summary>Lets a port of this computer, on its loopback interface, lead to a guest. Runs then do not repeat, and idle time is real time.</summary>
    /// <returns>The port.</returns>
    /// <exception cref="DomainBuildException">No interface has the guest's address, or the port is taken.</exception>
    public int Forward(ForwardOptions forward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        var end = _host.Networks.HostFor(forward.Address) ?? throw new DomainBuildException($"No network interface has the address of {forward.Target}.");
        try
        {
            end.Forwards.Add(new PortForward(end, (ushort)forward.LocalPort, forward.Address, (ushort)forward.Port));
            return end.Forwards[^1].LocalPort;
        }
        catch (SocketException exception)
        {
            throw new DomainBuildException($"Port {forward.LocalPort} of this computer cannot be forwarded: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Pause(HostedGuest guest) => SetPaused(Require(guest), isPaused: true);

    /// <inheritdoc/>
    public void Unpause(HostedGuest guest) => SetPaused(Require(guest), isPaused: false);

    /// <inheritdoc/>
    public void Tune(HostedGuest guest, SchedulingParameters parameters) => Change(Require(guest), parameters);

    /// <inheritdoc/>
    public string AttachDisk(HostedGuest guest, DiskOptions disk) => Require(guest).Devices.AddDisk(disk);

    /// <inheritdoc/>
    public string AttachInterface(HostedGuest guest, VifOptions vif) => Require(guest).Devices.AddInterface(vif);

    /// <inheritdoc/>
    public void Detach(HostedGuest guest, string device) => Require(guest).Devices.Remove(device);

    /// <inheritdoc/>
    public void Destroy(HostedGuest guest)
    {
        Require(guest).Domain.Destroy();
        Update(guest);
    }

    private HostedGuest Require(HostedGuest guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        return _guests.Contains(guest) ? guest : throw new ArgumentException($"'{guest.Name}' is not a domain of this host.", nameof(guest));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _guests.ForEach(guest => guest.Devices.Dispose());
        _capture?.Dispose();
        _hold.Dispose();
    }

    /// <summary>Ends all domains that are left.</summary>
    internal void EndAll(RunEnd end)
    {
        foreach (var domain in _processors.Domains.ToArray())
        {
            domain.End = end;
            _processors.Update(domain);
        }
    }

    internal void Change(HostedGuest guest, SchedulingParameters parameters)
    {
        _processors.Check(parameters);
        guest.Scheduled.Parameters = parameters;
        Update(guest);
    }

    internal IReadOnlyList<FrameUse> FramesOf(HostedGuest guest) =>
        [.. _host.Frames.OwnedBy(guest.Domain.Id).Where(frame => _host.MachineToPhysical[frame] < (ulong)guest.Domain.Frames.Length).Select(Describe).OrderBy(use => use.Page.Number)];

    internal bool TryTranslate(HostedGuest guest, ulong linear, out Pfn page, out Mfn frame)
    {
        (page, frame) = (default, default);
        if (guest.Domain.Paging.FindEntry(guest.Domain.Vcpu.CurrentTable, linear) is not { } place || !PageTableEntries.IsPresent(Memory.Read<ulong>(place)))
        {
            return false;
        }

        frame = new Mfn(PageTableEntries.Frame(Memory.Read<ulong>(place)));
        page = new Pfn(_host.MachineToPhysical[frame.Number]);
        return true;
    }

    internal void SetMemoryTarget(HostedGuest guest, ulong bytes)
    {
        if (bytes < PageTableEntries.FrameBytes || bytes > guest.MaximumMemoryBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, $"The memory of '{guest.Name}' can be 1 page to {guest.MaximumMemoryBytes} bytes.");
        }

        DomainDevices.SetMemoryTarget(_host.Store, guest.Domain, (long)(bytes / PageTableEntries.FrameBytes));
    }

    internal void SetPaused(HostedGuest guest, bool isPaused)
    {
        if (guest.IsAlive && guest.Domain.IsPaused != isPaused)
        {
            guest.Domain.SetPaused(isPaused);
            Update(guest);
        }
    }

    internal RunResult ResultOf(HostedGuest guest)
    {
        var (domain, scheduled) = (guest.Domain, guest.Scheduled);
        var (outcome, reason) = Judge(scheduled);
        return new RunResult
        {
            Technique = s_technique,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)domain.ShutdownReason : RunResult.NoExitCode,
            Reason = reason is null ? null : Describe(domain, reason),
            Console = guest.Console.ToString(),
            Instructions = domain.Instructions,
            Exits = domain.ExitCounts.Snapshot(),
            Hypercalls = domain.HypercallCounts.Snapshot(),
            Cpus = Cpus,
            ModelledCycles = (long)_processors.Cpus.Max(cpu => cpu.Clock.Cycles),
            MonitorCycles = (long)scheduled.HypervisorCycles,
            Usage = UsageOf(guest),
            IdleCycles = (long)IdleCycles,
            ChargedCycles = (long)scheduled.Cycles,
            Devices = guest.Devices.Snapshot(),
            State = guest.Run.KeepState ? new GuestState(_hold.Release(), ref domain.Vcpu.State, domain.Memory.TryRead) : null,
            Wall = _watch.Elapsed,
        };
    }

    internal GuestUsage UsageOf(HostedGuest guest)
    {
        var (domain, scheduled) = (guest.Domain, guest.Scheduled);
        domain.MeterMemory();
        var hertz = _host.Machine.Clock.FrequencyHz;
        var all = Nanoseconds(scheduled.Cycles);
        var hypervisor = Nanoseconds(scheduled.HypervisorCycles);
        return GuestUsage.Of(all - hypervisor, hypervisor, domain.Meter.PageNanoseconds, guest.Devices.Snapshot());

        ulong Nanoseconds(ulong cycles) => (ulong)((UInt128)cycles * 1_000_000_000 / hertz);
    }

    private static (RunOutcome Outcome, string? Reason) Judge(ScheduledDomain scheduled) => scheduled.End switch
    {
        RunEnd.DomainEnded when scheduled.Domain.State == DomainState.Crashed => (RunOutcome.Crashed, "Domain crashed: " + scheduled.Domain.CrashReason),
        RunEnd.DomainEnded when scheduled.Domain.State == DomainState.Destroyed => (RunOutcome.Stopped, "Stopped: destroyed."),
        RunEnd.DomainEnded => (RunOutcome.ShutDown, null),
        RunEnd.LimitReached => (RunOutcome.Stopped, MachineEnd.LimitReached),
        RunEnd.Cancelled => (RunOutcome.Stopped, MachineEnd.Cancelled),
        RunEnd.Unimplemented => (RunOutcome.Unimplemented, "Unimplemented instruction: " + scheduled.UnimplementedMessage),
        _ => (RunOutcome.Stopped, "Stopped: deadlock. The guest waits for an event, but no timer is armed that could send one."),
    };

    private static string Describe(Domain domain, string reason) => DomainCrash.Describe(
        reason, domain.Image, ref domain.Vcpu.State, domain.Memory.TryRead, domain.Vcpu.InKernelMode ? "kernel" : "user");

    private FrameUse Describe(ulong frame)
    {
        ref readonly var info = ref _host.Frames[frame];
        var use = info switch
        {
            { IsPageTable: true } => $"L{info.Type - PageType.L1Table + 1} table",
            { TypeCount: not 0, Type: PageType.SegmentDescriptors } => "descriptors",
            { TypeCount: not 0 } => "writable",
            { ReferenceCount: > 1 } => "read-only",
            _ => "unmapped",
        };
        return new FrameUse(new Pfn(_host.MachineToPhysical[frame]), new Mfn(frame), use, info.TypeCount, info.ReferenceCount);
    }

    private void Step(ulong until, Func<bool> isOver)
    {
        _watch.Start();
        while (!isOver() && _processors.TryStep(until))
        {
        }

        _watch.Stop();
    }

    private void Update(HostedGuest guest)
    {
        if (guest.IsAlive)
        {
            _processors.Update(guest.Scheduled);
        }
    }

    private ulong Sum(Func<SimulatedCpu, ulong> figure) => _processors.Cpus.Aggregate(0UL, (sum, cpu) => sum + figure(cpu));
}
