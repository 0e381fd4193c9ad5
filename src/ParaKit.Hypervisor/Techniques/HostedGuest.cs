using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Scheduling;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>A domain of a <see cref="ParavirtHost"/>. Used on the thread that runs the host, between its steps.</summary>
public sealed class HostedGuest
{
    private readonly ParavirtHost _host;

    internal HostedGuest(ParavirtHost host, RunRequest run, ScheduledDomain scheduled, DomainDevices devices, ConsoleCapture console)
    {
        (_host, Run, Scheduled, Devices, Console) = (host, run, scheduled, devices, console);
        (Id, Name) = (scheduled.Domain.Id.Value, run.Name ?? run.Image.Name);
    }

    /// <summary>Its number; the first domain of a host is 1. Numbers of domains that were forgotten come back after 32751 others.</summary>
    public int Id { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it was made from.</summary>
    public RunRequest Run { get; }

    /// <summary>What it is doing.</summary>
    public GuestStatus Status => Scheduled switch
    {
        { Domain.State: DomainState.ShutDown } => GuestStatus.ShutDown,
        { Domain.State: DomainState.Crashed } or { End: RunEnd.Unimplemented } => GuestStatus.Crashed,
        { Domain.State: DomainState.Destroyed } or { End: not null } => GuestStatus.Destroyed,
        { Domain.IsPaused: true } => GuestStatus.Paused,
        _ => Vcpus.Min(vcpu => vcpu.Status),
    };

    /// <summary>Whether it has not ended.</summary>
    public bool IsAlive => Scheduled.End is null;

    /// <summary>Its virtual processors.</summary>
    public IReadOnlyList<VcpuStatus> Vcpus => [.. Scheduled.Vcpus.Select(Describe)];

    /// <summary>What it is entitled to. Set: from now on.</summary>
    /// <exception cref="ArgumentException">A parameter is out of its range, or it may run on no processor that there is; nothing has changed.</exception>
    public SchedulingParameters Scheduling
    {
        get => Scheduled.Parameters;
        set => _host.Change(this, value);
    }

    /// <summary>Memory that it has now, in bytes: less than <see cref="MaximumMemoryBytes"/> while its balloon driver has given some up.</summary>
    public ulong MemoryBytes => Domain.Quota.Current * PageTableEntries.FrameBytes;

    /// <summary>Memory that its kernel was started with, in bytes.</summary>
    public ulong MaximumMemoryBytes => (ulong)Domain.Frames.Length * PageTableEntries.FrameBytes;

    /// <summary>Memory that it is to have, in bytes: its balloon driver, if it has one, goes there, and it cannot have more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no page, or more than <see cref="MaximumMemoryBytes"/>; nothing has changed.</exception>
    public ulong MemoryTarget
    {
        get => Domain.Quota.Maximum * PageTableEntries.FrameBytes;
        set => _host.SetMemoryTarget(this, value);
    }

    /// <summary>Its frames, by its own numbers of them.</summary>
    public IReadOnlyList<FrameUse> Frames => _host.FramesOf(this);

    /// <summary>Translates a linear address by the page tables in force: to the guest's own frame number, and to the machine's. False if nothing is mapped there.</summary>
    public bool TryTranslate(ulong linear, out Pfn page, out Mfn frame) => _host.TryTranslate(this, linear, out page, out frame);

    /// <summary>Cycles that it was charged.</summary>
    public ulong ChargedCycles => Scheduled.Cycles;

    /// <summary>What its devices did, by name, such as "xvda bytes read".</summary>
    public IReadOnlyDictionary<string, long> DeviceCounters => Devices.Snapshot();

    /// <summary>What its devices did so far, all of a kind together.</summary>
    public DeviceTotals DeviceTotals => Devices.Totals();

    /// <summary>What it used so far, to be paid for.</summary>
    public GuestUsage Usage => _host.UsageOf(this);

    /// <summary>How it ended, and its figures so far.</summary>
    public RunResult Result => _host.ResultOf(this);

    internal ScheduledDomain Scheduled { get; }

    internal Domain Domain => Scheduled.Domain;

    internal DomainDevices Devices { get; }

    internal ConsoleCapture Console { get; }

    internal bool IsRemoved { get; set; }

    /// <summary>Stops it until <see cref="Unpause"/>; of no effect if it is paused. Its time goes on.</summary>
    public void Pause() => _host.SetPaused(this, isPaused: true);

    /// <summary>Lets it go on.</summary>
    public void Unpause() => _host.SetPaused(this, isPaused: false);

    /// <summary>Types on its console; a guest takes it from the console's ring.</summary>
    /// <returns>How many of the bytes there was room for: what the guest does not read is not kept without end.</returns>
    public int Type(ReadOnlySpan<byte> bytes) => IsAlive ? Devices.Type(bytes) : 0;

    /// <summary>Makes what it has written to its disks durable.</summary>
    /// <exception cref="IOException">A file's host has no room, or fails.</exception>
    public void FlushDisks() => Devices.Flush();

    /// <summary>Ends it at once, as by pulling the plug; what it had written to its disks is there. Of no effect at its end.</summary>
    public void Destroy() => _host.Destroy(this);

    private VcpuStatus Describe(ScheduledVcpu vcpu)
    {
        var isUp = IsAlive && vcpu.Vcpu.Activity != VcpuActivity.Down;
        var status = !isUp || Domain.IsPaused ? GuestStatus.Paused
            : vcpu.Home?.Current == vcpu ? GuestStatus.Running
            : vcpu.Vcpu.Activity == VcpuActivity.Blocked ? GuestStatus.Blocked
            : GuestStatus.Runnable;
        return new VcpuStatus(vcpu.Vcpu.Number, isUp ? vcpu.Home?.Number : null, status, vcpu.Vcpu.Runstates.Capture(vcpu.Vcpu.Clock.Now).RunningTime);
    }
}
