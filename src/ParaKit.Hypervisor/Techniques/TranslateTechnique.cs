using ParaKit.Hypervisor.Monitors;
using ParaKit.Hypervisor.Translation;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>
/// Dynamic binary translation: the kernel is unmodified, and what executes is a translation of it, made on demand and kept where the kernel
/// does not see it. Adams and Agesen (2006), section 3.
/// </summary>
public sealed class TranslateTechnique : ITechnique
{
    /// <summary>Bytes of translated code that the cache holds at most.</summary>
    public const int CodeBytes = 14 << 20;

    private const int LargePage = 2 << 20;

    /// <inheritdoc/>
    public string Name => "translate";

    /// <inheritdoc/>
    public RunResult Run(RunRequest run) => Run(run, afterExit: null);

    /// <summary>Runs a guest; <paramref name="afterExit"/> sees the machine after each exit.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="afterExit">Hears of exits.</param>
    /// <param name="codeBytes">Bytes of code in the cache at most.</param>
    internal RunResult Run(RunRequest run, Action<DeprivilegedMachine>? afterExit, int codeBytes = CodeBytes)
    {
        ArgumentNullException.ThrowIfNull(run);
        var window = MonitorSlots.Bytes + ((codeBytes + LargePage - 1) / LargePage * LargePage);
        var machine = new DeprivilegedMachine(MachineRun.MemoryBytes(run), run.Costs, new MonitorNeeds { WindowBytes = (ulong)window }, run.Extensions, MachineRun.ProcessorsOf(run));
        using var guest = new MachineRun(Name, run, machine.Virtual, machine.Memory, machine);
        var memory = new CacheMemory(machine.Virtual.Memory, machine.Window!);
        var log = run.TraceTranslations ? new TranslationLog(run.Image) : null;
        var cache = new TranslationCache(memory, machine.Virtual.Processor, machine.Shadow, codeBytes, log);

        // UMIP for the guest's programs, which execute directly: what SGDT and relatives say is the monitor's business.
        var limits = new MonitorLimits(run.MaxInstructions, Umip: true, run.Cancellation);
        var processors = new MonitoredProcessors<TranslationMonitor>(machine.Virtual, limits, machine.ActFor, (_, counts) => new TranslationMonitor(machine, limits, cache, memory, counts)
        {
            AfterExit = afterExit is null ? null : () => afterExit(machine),
        })
        {
            Observer = run.Observer,
        };
        var result = guest.Run(processors.Run, () => processors.Instructions);
        cache.Complete();
        return result with
        {
            Exits = processors.Exits,
            MonitorCycles = processors.MonitorCycles,
            Emulations = processors.Sum(monitor => monitor.Emulations),
            Shadow = machine.Shadow.Counters.Snapshot(),
            Translation = cache.Snapshot(),
            CallOuts = processors.Sum(monitor => monitor.CallOuts),
            TranslatedBlocks = log?.Blocks ?? [],
            OmittedBlocks = log?.Omitted ?? 0,
        };
    }
}
