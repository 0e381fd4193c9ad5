using System.Diagnostics;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Devices;
using ParaKit.Hypervisor.Block;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Network;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>What the techniques for unmodified guests have in common around their monitors: console, loading, end, and the result of a run.</summary>
internal sealed class MachineRun : IDisposable
{
    private const ushort AtaPorts = 0x1f0;
    private const int MaximumDisks = 2;

    private readonly string _technique;
    private readonly RunRequest _request;
    private readonly Machine _guest;
    private readonly MachineHold _hold;
    private readonly ConsoleCapture _console;
    private readonly DiskFiles _disks;
    private readonly AtaChannel? _ata;
    private readonly CardPort? _card;
    private readonly PcapFile? _capture;

    /// <summary>Loads the guest.</summary>
    /// <param name="technique">Name of the technique.</param>
    /// <param name="request">What to run.</param>
    /// <param name="guest">The machine as the guest sees it.</param>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="owner">What to dispose of at the end.</param>
    /// <param name="isClone">Whether the memory is not to be loaded, because it is that of a guest that runs already.</param>
    public MachineRun(string technique, RunRequest request, Machine guest, PseudoPhysicalMemory memory, IDisposable owner, bool isClone = false)
    {
        _technique = technique;
        _request = request;
        _guest = guest;
        _hold = new MachineHold(owner);
        RequireProcessors();
        _console = new ConsoleCapture(request.Console);
        guest.Console.Output = _console.Write;
        if (request.Observer is { } observer)
        {
            guest.Processor.DeliveryObserver = new MachineDeliveries(guest.Clock, observer);
        }

        _disks = RunDisks.Open(request.Disks, MaximumDisks);
        if (_disks.Devices.Count > 0)
        {
            var stores = _disks.Devices.Select(device => new SectorStore(device)).ToArray();
            _ata = new AtaChannel(stores[0], stores.ElementAtOrDefault(1));
            guest.Ports.Map(AtaPorts, AtaChannel.PortCount, _ata);
        }

        if (request.Interfaces.Count > 0)
        {
            (_card, _capture) = AddCard(guest, request);
        }

        if (!isClone)
        {
            NativeLoader.Load(guest.Processor, memory, request.Image, request.CommandLine, request.Modules, guest.ProcessorCount);
        }
    }

    /// <summary>Runs a monitor; returns how the guest's machine stopped, or null if the limits did.</summary>
    public delegate ProcessorExit? Monitor(out bool wasCancelled);

    /// <summary>Memory of the guest of a request, in bytes: whole pages.</summary>
    public static ulong MemoryBytes(RunRequest request) => request.MemoryBytes - (request.MemoryBytes % PageTableEntries.FrameBytes);

    /// <summary>Processors of the guest of a request.</summary>
    /// <exception cref="DomainBuildException">So many are not possible, or not with so much memory.</exception>
    public static int ProcessorsOf(RunRequest request)
    {
        if (request.Vcpus is < 1 or > MachineBuilder.MaximumProcessors)
        {
            throw new DomainBuildException($"A guest has 1 to {MachineBuilder.MaximumProcessors} processors, not {request.Vcpus}.");
        }

        return request.Vcpus == 1 || request.MemoryBytes <= MachineBuilder.LocalApicAddress
            ? request.Vcpus
            : throw new DomainBuildException($"With several processors a guest has at most {MachineBuilder.LocalApicAddress >> 20} MiB of memory: behind it are the local APICs.");
    }

    /// <summary>Runs the guest to its end.</summary>
    /// <param name="monitor">What runs it.</param>
    /// <param name="instructions">Instructions that it retired, asked for at the end.</param>
    /// <param name="explain">What to add to the reason of a run that did not end by itself.</param>
    /// <returns>The result without what is the technique's own.</returns>
    public RunResult Run(Monitor monitor, Func<long> instructions, Func<string>? explain = null)
    {
        var watch = Stopwatch.StartNew();
        var exit = monitor(out var wasCancelled);
        return Result(exit, wasCancelled, instructions(), watch.Elapsed, explain);
    }

    /// <summary>The result of a guest that has ended or was stopped.</summary>
    /// <param name="exit">How its machine stopped, or null if it was stopped.</param>
    /// <param name="wasCancelled">Why it was stopped: by cancellation, or by the limit.</param>
    /// <param name="instructions">Instructions that it retired.</param>
    /// <param name="wall">How long it ran.</param>
    /// <param name="explain">What to add to the reason of a run that did not end by itself.</param>
    /// <returns>The result without what is the technique's own.</returns>
    public RunResult Result(ProcessorExit? exit, bool wasCancelled, long instructions, TimeSpan wall, Func<string>? explain = null)
    {
        var processor = _guest.Processor;
        var (outcome, reason) = exit is { } end
            ? MachineEnd.Judge(end, processor)
            : (RunOutcome.Stopped, wasCancelled ? MachineEnd.Cancelled : MachineEnd.LimitReached);
        return new RunResult
        {
            Technique = _technique,
            Outcome = outcome,
            ExitCode = outcome == RunOutcome.ShutDown ? (int)exit.GetValueOrDefault().ExitCode : RunResult.NoExitCode,
            Reason = reason is null ? null : MachineEnd.Describe(processor, _request.Image, reason + explain?.Invoke()),
            Console = _console.ToString(),
            Instructions = instructions,
            Exits = new Counters().Snapshot(),
            Hypercalls = new Counters().Snapshot(),
            Cpus = _guest.ProcessorCount,
            ModelledCycles = (long)_guest.ElapsedCycles,
            IdleCycles = (long)_guest.IdleCycles,
            Devices = Devices(),
            State = _request.KeepState ? new GuestState(_hold.Release(), ref processor.State, GuestState.Supervisor(processor)) : null,
            Wall = wall,
        };
    }

    /// <summary>Techniques that cannot do it build a machine with one processor, whatever was asked for.</summary>
    private void RequireProcessors()
    {
        if (_request.Vcpus != _guest.ProcessorCount)
        {
            _hold.Dispose();
            throw new DomainBuildException(
                $"The technique '{_technique}' gives a guest one processor, not {_request.Vcpus}: there are no local APICs by which it could start others.");
        }
    }

    private static (CardPort Card, PcapFile? Capture) AddCard(Machine guest, RunRequest request)
    {
        if (request.Interfaces is not [{ Rate: null } vif])
        {
            throw new DomainBuildException("There can be one emulated network card, without rate=; several interfaces and rates are for paravirtual guests.");
        }

        var capture = request.Capture is { } stream ? new PcapFile(stream, GuestClock.WallClockSeconds) : null;
        var networks = new VirtualNetworks(guest.Memory, isImmediate: true) { Capture = capture };
        return (new CardPort(guest, networks.Switch(vif.Switch), vif.Of(domain: 1, number: 0)), capture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _capture?.Dispose();
        _disks.Dispose();
        _hold.Dispose();
    }

    private Dictionary<string, long> Devices()
    {
        Dictionary<string, long> counts = [];
        if (_ata is not null)
        {
            (counts["ata requests"], counts["ata requests failed"], counts["ata bytes through the data port"]) = (_ata.Done, _ata.Failed, _ata.BytesMoved);
        }

        if (_card is { Card: var card, Port.Counters: var counters })
        {
            (counts["ne2000 packets sent"], counts["ne2000 packets received"]) = (card.Sent, card.Received);
            (counts["ne2000 packets dropped"], counts["ne2000 packets filtered"]) = (counters.Dropped, counters.Filtered);
            counts["ne2000 bytes through the data port"] = card.BytesMoved;
        }

        return counts;
    }
}
