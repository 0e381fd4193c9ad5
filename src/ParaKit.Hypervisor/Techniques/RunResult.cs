using ParaKit.Hypervisor.Monitors;
using ParaKit.Hypervisor.Translation;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>The guest shut itself down; <see cref="RunResult.ExitCode"/> is its code.</summary>
    ShutDown,
    /// <summary>The guest broke a rule that it cannot recover from.</summary>
    Crashed,
    /// <summary>The run was stopped: limit, cancellation, or a guest that waits for ever.</summary>
    Stopped,
    /// <summary>The machine lacks something that the guest uses.</summary>
    Unimplemented,
}

/// <summary>What came out of a run.</summary>
public sealed record RunResult
{
    /// <summary>Value of <see cref="ExitCode"/> if the guest gave none.</summary>
    public const int NoExitCode = -1;

    /// <summary>Name of the technique.</summary>
    public required string Technique { get; init; }

    /// <summary>How it ended.</summary>
    public required RunOutcome Outcome { get; init; }

    /// <summary>The guest's exit code: the value written to the exit port, or the reason of its shutdown.</summary>
    public int ExitCode { get; init; } = NoExitCode;

    /// <summary>Unless the guest shut itself down: why, with registers and backtrace, ready to print.</summary>
    public string? Reason { get; init; }

    /// <summary>Everything the guest printed.</summary>
    public required string Console { get; init; }

    /// <summary>Guest instructions retired.</summary>
    public long Instructions { get; init; }

    /// <summary>Exits from guest to hypervisor by reason, such as "Hypercall".</summary>
    public required IReadOnlyDictionary<string, long> Exits { get; init; }

    /// <summary>Hypercalls by Xen's name, such as "console_io"; calls inside a multicall are counted too.</summary>
    public required IReadOnlyDictionary<string, long> Hypercalls { get; init; }

    /// <summary>Instructions that a monitor emulated, by mnemonic.</summary>
    public IReadOnlyDictionary<string, long> Emulations { get; init; } = new Dictionary<string, long>();

    /// <summary>What a monitor had to do for memory, such as "hidden faults"; empty for techniques without shadow page tables.</summary>
    public IReadOnlyDictionary<string, long> Shadow { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// Walks of the page tables by the hardware, the references that they made, and those of the longest; empty where the guest's walks are not the machine's.
    /// </summary>
    public IReadOnlyDictionary<string, long> PageWalks { get; init; } = new Dictionary<string, long>();

    /// <summary>What hardware assist did, such as "control reads"; empty without it.</summary>
    public IReadOnlyDictionary<string, long> HardwareAssist { get; init; } = new Dictionary<string, long>();

    /// <summary>What a binary translator and its cache did, such as "units"; empty for techniques that do not translate.</summary>
    public IReadOnlyDictionary<string, long> Translation { get; init; } = new Dictionary<string, long>();

    /// <summary>Calls of the monitor from translated code, by cause: a mnemonic, or "dispatch", "indirect" and "interrupt".</summary>
    public IReadOnlyDictionary<string, long> CallOuts { get; init; } = new Dictionary<string, long>();

    /// <summary>What was translated, if <see cref="RunRequest.TraceTranslations"/> asked for it, by address.</summary>
    public IReadOnlyList<TranslatedBlock> TranslatedBlocks { get; init; } = [];

    /// <summary>Translated blocks that <see cref="TranslatedBlocks"/> leaves out because there were too many.</summary>
    public long OmittedBlocks { get; init; }

    /// <summary>Sensitive instructions that went wrong without a trap, by address.</summary>
    public IReadOnlyList<SilentFailure> SilentFailures { get; init; } = [];

    /// <summary>What paravirtual devices did, such as "xvda bytes read"; empty without devices.</summary>
    public IReadOnlyDictionary<string, long> Devices { get; init; } = new Dictionary<string, long>();

    /// <summary>Processors of the machine.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>What was done with the guest's pages, such as "pages paged out"; empty for a guest with memory of its own.</summary>
    public IReadOnlyDictionary<string, long> Memory { get; init; } = new Dictionary<string, long>();

    /// <summary>Virtual time in cycles of the cost profile.</summary>
    public long ModelledCycles { get; init; }

    /// <summary>Cycles of those in the hypervisor: exits, call-outs and entries, with what was done in between.</summary>
    public long MonitorCycles { get; init; }

    /// <summary>Cycles of those in which the guest waited; of a machine with several processors, those of all together.</summary>
    public long IdleCycles { get; init; }

    /// <summary>"paravirt": cycles that this guest was charged: its own, and the hypervisor's on its behalf. Of several guests, all theirs and the idle ones are the machine's, on each of its processors.</summary>
    public long ChargedCycles { get; init; }

    /// <summary>"paravirt": what the guest used, to be paid for; null for other techniques.</summary>
    public GuestUsage? Usage { get; init; }

    /// <summary>Memory and registers at the end; null unless <see cref="RunRequest.KeepState"/> asked for them. The receiver disposes of it.</summary>
    public GuestState? State { get; init; }

    /// <summary>Measured time of the run on the host, without building the machine.</summary>
    public TimeSpan Wall { get; init; }
}
