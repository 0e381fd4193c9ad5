using System.Text.Json;
using ParaKit.Cli.Figures;
using ParaKit.Hypervisor.Monitors;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Cli.Rendering;

/// <summary>What <c>--json</c> prints; docs/json-output.md describes it.</summary>
/// <param name="Image">Name of the guest.</param>
/// <param name="ChecksEqual">Whether the check lines of all runs are equal; null for a single run.</param>
/// <param name="CostProfile">What the modelled figures are made of.</param>
/// <param name="Runs">The runs in the order in which they were made.</param>
/// <param name="Comparison">The questions by which approaches are compared, with answers from the counts; empty for a single run.</param>
/// <param name="PortCost">Cost of the paravirtual port; null for a single run, or without source.</param>
/// <param name="PublishedShapes">Published ratios next to those of the runs; empty unless a contrast has figures for them.</param>
internal sealed record RunReport(
    string Image,
    bool? ChecksEqual,
    RunReport.Profile CostProfile,
    IReadOnlyList<RunReport.Run> Runs,
    IReadOnlyList<RunReport.Question> Comparison,
    AuditDocument.Cost? PortCost,
    IReadOnlyList<RunReport.Shape> PublishedShapes)
{
    /// <summary>Makes the report of a contrast (<paramref name="isContrast"/>) or of one run.</summary>
    public static RunReport Of(string guest, IReadOnlyList<TechniqueRun> runs, bool isContrast, PortCost? portCost = null) =>
        new(
            guest,
            isContrast ? CheckLines.AreEqual(runs) : null,
            new Profile(runs[0].Costs.Name, runs[0].Costs.FrequencyHz),
            [.. runs.Select(Run.Of)],
            isContrast ? [.. ComparisonTable.Of(runs).Select(row => new Question(row.Name, row.Values))] : [],
            portCost is null ? null : AuditDocument.Cost.Of(portCost),
            isContrast ? [.. ShapeResult.Of(runs).Select(Shape.Of)] : []);

    /// <summary>The cost profile.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="FrequencyHz">Cycles per second of virtual time.</param>
    internal sealed record Profile(string Name, ulong FrequencyHz);

    /// <summary>One question.</summary>
    /// <param name="Name">The question.</param>
    /// <param name="Answers">One per run, in their order.</param>
    internal sealed record Question(string Name, IReadOnlyList<string> Answers);

    /// <summary>A published ratio, and the one here.</summary>
    internal sealed record Shape(
        string Operation, string Technique, string Reference, double Published, double Lowest, double? Highest, double Ratio, bool InBand, string? Deviation, string Source)
    {
        /// <summary>Makes it from a result.</summary>
        public static Shape Of(ShapeResult result) => new(
            result.Shape.Operation, result.Shape.Technique, result.Shape.Reference, result.Shape.Published, result.Shape.Lowest, result.Shape.Highest,
            result.Ratio, result.IsInBand, result.IsInBand ? null : result.Shape.Deviation, result.Shape.Source);
    }

    /// <summary>One run.</summary>
    internal sealed record Run
    {
        /// <summary>Name of the technique.</summary>
        public required string Technique { get; init; }

        /// <summary>File name of the image.</summary>
        public required string ImageFile { get; init; }

        /// <summary>SHA-256 of the image file, lower-case hexadecimal.</summary>
        public required string ImageSha256 { get; init; }

        /// <summary>How it ended: a <see cref="RunOutcome"/> in camel case.</summary>
        public required string Outcome { get; init; }

        /// <summary>Why it ended, with registers and backtrace; null if the guest shut itself down.</summary>
        public required string? Reason { get; init; }

        /// <summary>The guest's exit code; null if it gave none.</summary>
        public required int? ExitCode { get; init; }

        /// <summary>Everything the guest printed.</summary>
        public required string Console { get; init; }

        /// <summary>Guest instructions.</summary>
        public required long Instructions { get; init; }

        /// <summary>Exits to the hypervisor by reason.</summary>
        public required IReadOnlyDictionary<string, long> Exits { get; init; }

        /// <summary>Hypercalls by Xen's name.</summary>
        public required IReadOnlyDictionary<string, long> Hypercalls { get; init; }

        /// <summary>Instructions that the monitor emulated, by mnemonic.</summary>
        public required IReadOnlyDictionary<string, long> Emulations { get; init; }

        /// <summary>Work for shadow page tables.</summary>
        public required IReadOnlyDictionary<string, long> Shadow { get; init; }

        /// <summary>What a binary translator and its cache did.</summary>
        public required IReadOnlyDictionary<string, long> Translation { get; init; }

        /// <summary>Calls of the monitor from translated code, by cause.</summary>
        public required IReadOnlyDictionary<string, long> CallOuts { get; init; }

        /// <summary>Walks of page tables by the hardware.</summary>
        public required IReadOnlyDictionary<string, long> PageWalks { get; init; }

        /// <summary>What hardware assist did.</summary>
        public required IReadOnlyDictionary<string, long> HardwareAssist { get; init; }

        /// <summary>What devices did.</summary>
        public required IReadOnlyDictionary<string, long> Devices { get; init; }

        /// <summary>Sensitive instructions that went wrong without a trap, by address.</summary>
        public required IReadOnlyList<SilentFailure> SilentFailures { get; init; }

        /// <summary>Call sites that the build of the image rewrote.</summary>
        public required long RewrittenCallSites { get; init; }

        /// <summary>Processors of the machine.</summary>
        public required int Processors { get; init; }

        /// <summary>Virtual time in cycles; of several processors the furthest one's.</summary>
        public required long ModelledCycles { get; init; }

        /// <summary>Those in the hypervisor, on all processors together.</summary>
        public required long MonitorCycles { get; init; }

        /// <summary>Those in which processors waited, all together.</summary>
        public required long IdleCycles { get; init; }

        /// <summary>Modelled cycles of the operations that the guest measured.</summary>
        public required IReadOnlyDictionary<string, double> Benchmarks { get; init; }

        /// <summary>Exits and calls of the monitor per operation that the guest measured; empty if nobody listened.</summary>
        public required IReadOnlyDictionary<string, double> ExitsPerOperation { get; init; }

        /// <summary>Operations that the host did per second of its time, measured; empty if nobody listened.</summary>
        public required IReadOnlyDictionary<string, double> OperationsPerSecond { get; init; }

        /// <summary>Measured time on the host in seconds.</summary>
        public required double WallSeconds { get; init; }

        /// <summary>Makes the report of a run.</summary>
        public static Run Of(TechniqueRun run) => new()
        {
            Technique = run.Result.Technique,
            ImageFile = run.Image.Name,
            ImageSha256 = run.Image.Sha256,
            Outcome = JsonNamingPolicy.CamelCase.ConvertName(run.Result.Outcome.ToString()),
            Reason = run.Result.Reason,
            ExitCode = run.Result.Outcome == RunOutcome.ShutDown ? run.Result.ExitCode : null,
            Console = run.Result.Console,
            Instructions = run.Result.Instructions,
            Exits = run.Result.Exits,
            Hypercalls = run.Result.Hypercalls,
            Emulations = run.Result.Emulations,
            Shadow = run.Result.Shadow,
            Translation = run.Result.Translation,
            CallOuts = run.Result.CallOuts,
            PageWalks = run.Result.PageWalks,
            HardwareAssist = run.Result.HardwareAssist,
            Devices = run.Result.Devices,
            SilentFailures = run.Result.SilentFailures,
            RewrittenCallSites = run.RewrittenCallSites,
            Processors = run.Result.Cpus,
            ModelledCycles = run.Result.ModelledCycles,
            MonitorCycles = run.Result.MonitorCycles,
            IdleCycles = run.Result.IdleCycles,
            Benchmarks = run.Benchmarks,
            ExitsPerOperation = run.ExitsPerOperation,
            OperationsPerSecond = run.OperationsPerSecond,
            WallSeconds = run.Result.Wall.TotalSeconds,
        };
    }
}
