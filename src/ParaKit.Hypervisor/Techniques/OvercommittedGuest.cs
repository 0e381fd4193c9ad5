using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.MemoryPolicies;
using ParaKit.Hypervisor.Overcommit;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>A guest of an <see cref="OvercommittedMachine"/>.</summary>
public sealed class OvercommittedGuest : IBalloonHost
{
    private readonly MachineRun _run;
    private ProcessorExit? _end;
    private bool _wasCancelled;
    private TimeSpan _wall;
    private RunResult? _result;

    internal OvercommittedGuest(
        int number, RunRequest request, GuestMemoryParameters parameters, GuestPages pages, IMonitoredGuest monitored, MachineRun run, ulong startedAt, bool hasBalloon)
    {
        (Number, Request, Parameters, Pages, Monitored, _run, StartedAt) = (number, request, parameters, pages, monitored, run, startedAt);
        Target = pages.Count;
        if (hasBalloon)
        {
            Balloon = new BalloonDevice(this);
            monitored.Machine.Ports.Map(BalloonDevice.FirstPort, BalloonDevice.PortCount, Balloon);
        }
    }

    /// <summary>Its number, from 1.</summary>
    public int Number { get; }

    /// <summary>What it runs.</summary>
    public RunRequest Request { get; }

    /// <summary>What it is promised.</summary>
    public GuestMemoryParameters Parameters { get; }

    /// <summary>Whether it still runs.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Whether it may not run until it has less memory.</summary>
    public bool IsHeld { get; internal set; }

    /// <summary>Pages that the policy wants it to have.</summary>
    public long Target { get; internal set; }

    /// <summary>Pages that have a frame of the machine.</summary>
    public long Resident => Pages.Resident;

    /// <summary>Pages that its kernel believes to have.</summary>
    public long Size => Pages.Count;

    /// <summary>Pages that its balloon driver has given up.</summary>
    public long Ballooned => Pages.Ballooned;

    /// <summary>Estimate of which part of its pages it uses.</summary>
    public double Active => Pages.Activity.Active;

    /// <summary>Whether its kernel has a balloon driver.</summary>
    public bool HasBalloonDriver => Balloon?.HasDriver == true;

    /// <summary>What was done with its pages, by name.</summary>
    public IReadOnlyDictionary<string, long> Counters => Pages.Counters.Snapshot();

    /// <summary>Cycles of its clock, and those in which it waited.</summary>
    public (long Total, long Idle) Cycles => ((long)Monitored.Machine.Clock.Cycles, (long)Monitored.Machine.Clock.IdleCycles);

    uint IBalloonHost.Target => (uint)BalloonTarget;

    uint IBalloonHost.Size => (uint)Ballooned;

    /// <summary>Pages wanted in its balloon; it goes to what the policy wants step by step.</summary>
    internal long BalloonTarget { get; set; }

    /// <summary>Nanoseconds of the machine when it was started, or the guest that it is a clone of.</summary>
    internal ulong StartedAt { get; }

    internal GuestPages Pages { get; }

    internal IMonitoredGuest Monitored { get; }

    internal BalloonDevice? Balloon { get; }

    /// <summary>When its activity is sampled next.</summary>
    internal ulong NextSample { get; set; }

    /// <summary>Idle and all cycles when the last period began.</summary>
    internal (ulong Cycles, ulong Idle) PeriodStart { get; set; }

    /// <summary>Where a page of its memory is.</summary>
    /// <param name="page">Its number; less than <see cref="Size"/>.</param>
    public PageState StateOf(Pfn page) => Pages[page];

    /// <summary>The machine frame of a page; null while it has none.</summary>
    public Mfn? FrameOf(Pfn page) => Pages.Memory[page];

    /// <summary>Its pages, by its own numbers of them.</summary>
    public IReadOnlyList<FrameUse> Frames => [.. Enumerable.Range(0, (int)Size).Select(i => Describe(new Pfn((ulong)i)))];

    /// <summary>Translates a linear address by the page tables in force: to the guest's own frame number, and to the machine's. False if nothing is mapped there.</summary>
    public bool TryTranslate(ulong linear, out Pfn page, out Mfn frame)
    {
        (page, frame) = (default, default);
        var isMapped = _result is null && Pages.TryWalk(Monitored.Machine.Processor.State.Cr3, linear, out page) && (long)page.Number < Size && FrameOf(page) is not null;
        frame = isMapped ? FrameOf(page)!.Value : default;
        return isMapped;
    }

    /// <summary>Its result so far, or at its end.</summary>
    public RunResult Result() => _result ?? _run.Result(_end, _wasCancelled, Monitored.Instructions, _wall) with
    {
        Exits = Monitored.Exits.Snapshot(),
        MonitorCycles = (long)(Monitored.Exits.Cycles + Pages.Counters.ScanCycles),
        Memory = Pages.Counters.Snapshot(),
    };

    bool IBalloonHost.TryInflate(uint page) => Pages.TryBalloon(new Pfn(page));

    bool IBalloonHost.TryDeflate(uint page) => Pages.TryReclaim(new Pfn(page));

    /// <summary>Which part of the time since the last call its processor waited.</summary>
    internal double TakeIdleness()
    {
        var clock = Monitored.Machine.Clock;
        var (cycles, idle) = (clock.Cycles - PeriodStart.Cycles, clock.IdleCycles - PeriodStart.Idle);
        PeriodStart = (clock.Cycles, clock.IdleCycles);
        return cycles == 0 ? 1 : (double)idle / cycles;
    }

    /// <summary>Lets it run until the machine's time.</summary>
    internal void RunUntil(ulong nanoseconds)
    {
        var clock = Monitored.Machine.Clock;
        var until = clock.CyclesAtNanoseconds(nanoseconds - StartedAt);
        if (!IsAlive || clock.Cycles >= until)
        {
            return;
        }

        if (IsHeld)
        {
            clock.AdvanceTo(until);
            return;
        }

        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        _end = Monitored.RunUntil(until, out _wasCancelled);
        _wall += System.Diagnostics.Stopwatch.GetElapsedTime(start);
        IsAlive = _end is null && clock.Cycles >= until;
        if (!IsAlive)
        {
            Pages.Charges = null; // Its time is over.
        }
    }

    private FrameUse Describe(Pfn page)
    {
        var references = FrameOf(page) is { } frame ? Math.Max(1, (uint)Pages.ReferencesOf(frame)) : 0;
        return new FrameUse(page, FrameOf(page), StateOf(page) == PageState.PagedOut ? "paged out" : StateOf(page).ToString().ToLowerInvariant(), 0, references);
    }

    internal MemoryClaim Claim() => new(Parameters.Shares, MinimumPages, Size, Resident, Active);

    internal long MinimumPages => Math.Min((long)(Parameters.MinimumBytes / PageTableEntries.FrameBytes), Size);

    /// <summary>Ends it, and keeps its result: the processor and the memory that it is read from are about to go.</summary>
    internal void Keep() => (_result, IsAlive) = (Result(), false);

    internal void Dispose() => _run.Dispose();
}
