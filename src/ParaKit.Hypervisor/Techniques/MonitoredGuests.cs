using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.HardwareAssist;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Monitors;
using ParaKit.Hypervisor.Translation;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>Puts unmodified guests on memory that they have in common, by technique.</summary>
internal static class MonitoredGuests
{
    private const int LargePage = 2 << 20;

    /// <summary>Bytes of translated code for each guest: fewer than one that has the machine to itself may have.</summary>
    private const int CodeBytes = 2 << 20;

    private static readonly MonitorNeeds s_translate = new() { WindowBytes = (ulong)((MonitorSlots.Bytes + CodeBytes + LargePage - 1) / LargePage * LargePage) };

    /// <summary>Techniques that can.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hardware", "trap", "translate"];

    /// <summary>Frames that the monitor of a guest of some size needs for itself.</summary>
    /// <exception cref="ArgumentException">The technique cannot.</exception>
    public static long OverheadOf(string technique, ulong guestBytes) => technique switch
    {
        "hardware" => 2L * HardwareMachine.TablesFor(guestBytes),
        "trap" => DeprivilegedMachine.FramesFor(guestBytes, default),
        "translate" => DeprivilegedMachine.FramesFor(guestBytes, s_translate),
        _ => throw new ArgumentException($"Memory can be shared among guests of {string.Join(", ", Names)}, not of '{technique}'.", nameof(technique)),
    };

    /// <summary>Makes one, with nothing in its memory yet.</summary>
    /// <param name="technique">One of <see cref="Names"/>.</param>
    /// <param name="host">The memory of all.</param>
    /// <param name="memory">That of the guest.</param>
    /// <param name="run">What it is to run.</param>
    /// <exception cref="DomainBuildException">The request asks for what is possible only with memory of one's own.</exception>
    public static IMonitoredGuest Make(string technique, MachineMemory host, PseudoPhysicalMemory memory, RunRequest run)
    {
        if (run.PatchSilent || run.TraceTranslations || run.NestedVirtualization || run.KeepState || run.Vcpus > 1)
        {
            throw new DomainBuildException("Patches, traces of translations, nested virtualization, kept states and several processors need a guest with memory of its own.");
        }

        return technique switch
        {
            "hardware" => new UnderHardware(host, memory, run),
            "trap" => new UnderTrap(host, memory, run),
            _ => new UnderTranslation(host, memory, run),
        };
    }

    private static MonitorLimits LimitsOf(RunRequest run, bool umip) => new(run.MaxInstructions, umip, run.Cancellation);

    private sealed class UnderHardware : IMonitoredGuest
    {
        private readonly HardwareMachine _machine;
        private readonly HardwareMonitor _monitor;

        public UnderHardware(MachineMemory host, PseudoPhysicalMemory memory, RunRequest run)
        {
            _machine = new HardwareMachine(host, memory, run.Costs, run.Extensions);
            _monitor = new HardwareMonitor(_machine, LimitsOf(run, umip: false));
        }

        public Machine Machine => _machine.Machine;

        public ITranslations Translations => _machine;

        public ExitLog Exits => _monitor.Exits;

        public long Instructions => Machine.Processor.Counters.Instructions;

        public ProcessorExit? RunUntil(ulong cycles, out bool wasCancelled)
        {
            _monitor.Until = cycles;
            return _monitor.Run(out wasCancelled);
        }

        public void CopyStateFrom(IMonitoredGuest other)
        {
            Machine.CopyStateFrom(other.Machine);
            _monitor.CopyStateFrom(((UnderHardware)other)._monitor);
        }

        public void Dispose() => _machine.Dispose();
    }

    private abstract class Deprivileged(DeprivilegedMachine machine) : IMonitoredGuest
    {
        public Machine Machine => machine.Virtual;

        public ITranslations Translations => machine;

        public ExitLog Exits => Monitor.Exits;

        public long Instructions => Monitor.Instructions;

        protected abstract DirectExecutionMonitor Monitor { get; }

        public ProcessorExit? RunUntil(ulong cycles, out bool wasCancelled)
        {
            Monitor.Until = cycles;
            return Monitor.Run(out wasCancelled);
        }

        public void CopyStateFrom(IMonitoredGuest other) => Machine.CopyStateFrom(other.Machine);

        public void Dispose() => machine.Dispose();
    }

    /// <summary>Without the probe for silent failures, which would read pages that are not there.</summary>
    private sealed class UnderTrap(DeprivilegedMachine machine, RunRequest run) : Deprivileged(machine)
    {
        public UnderTrap(MachineMemory host, PseudoPhysicalMemory memory, RunRequest run)
            : this(new DeprivilegedMachine(host, memory, run.Costs, default, run.Extensions), run)
        {
        }

        protected override DirectExecutionMonitor Monitor { get; } = new TrapMonitor(machine, probe: null, LimitsOf(run, run.Umip));
    }

    private sealed class UnderTranslation : Deprivileged
    {
        public UnderTranslation(MachineMemory host, PseudoPhysicalMemory memory, RunRequest run)
            : this(new DeprivilegedMachine(host, memory, run.Costs, s_translate, run.Extensions), run)
        {
        }

        private UnderTranslation(DeprivilegedMachine machine, RunRequest run)
            : base(machine)
        {
            var code = new CacheMemory(machine.Virtual.Memory, machine.Window!);
            var cache = new TranslationCache(code, machine.Virtual.Processor, machine.Shadow, CodeBytes, log: null);
            Monitor = new TranslationMonitor(machine, LimitsOf(run, umip: true), cache, code);
        }

        protected override DirectExecutionMonitor Monitor { get; }
    }
}
