using System.CommandLine;
using System.CommandLine.Parsing;
using ParaKit.Cli.Auditing;
using ParaKit.Cli.Porting;
using ParaKit.Cli.Rendering;
using ParaKit.Workspaces;
using ParaKit.Workspaces.Porting;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit port</c>: the source of a kernel becomes what its paravirtual build makes of it.</summary>
internal sealed class PortCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _guest = new("project")
    {
        Description = "A guest project or a solution with guest projects, or a folder with one.",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Write a ported copy of the project to this folder, which must be empty or new.",
        HelpName = "folder",
    };

    private readonly Option<bool> _inPlace = new("--in-place")
    {
        Description = "Change the project's own files.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Write nothing; print what would change as a unified diff.",
    };

    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = "Configuration in which the project is evaluated. [default: Release]",
        HelpName = "name",
    };

    private readonly Option<bool> _noRestore = new("--no-restore")
    {
        Description = "Do not restore the project's packages first.",
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    /// <summary>Makes the command.</summary>
    public PortCommand(Terminal terminal)
        : base("port", "Rewrite a guest's source: every sensitive operation becomes an explicit call of its paravirtual counterpart.")
    {
        _terminal = terminal;
        Arguments.Add(_guest);
        Option[] options = [_output, _inPlace, _dryRun, _configuration, _noRestore, _json];
        foreach (var option in options)
        {
            Options.Add(option);
        }

        Validators.Add(RequireOneDestination);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit port sample-guest --output ported",
        "parakit port Guest.csproj --dry-run > port.diff",
        "parakit port Kernels.slnx --output ported",
        "parakit port Guest.csproj --in-place --json",
    ];

    private void RequireOneDestination(CommandResult result)
    {
        bool[] given = [result.GetValue(_output) is not null, result.GetValue(_inPlace), result.GetValue(_dryRun)];
        if (given.Count(isGiven => isGiven) != 1)
        {
            result.AddError("Say where the port goes: one of --output, --in-place and --dry-run.");
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var project = AuditTarget.Find(parsed.GetRequiredValue(_guest));

        var destination = parsed.GetValue(_output) is { } folder ? PortDestination.Copy(project, folder)
            : parsed.GetValue(_inPlace) ? PortDestination.InPlace(project)
            : null;
        var configuration = parsed.GetValue(_configuration) ?? "Release";
        var report = await new ProjectLoader(_terminal).LoadAsync(
            project,
            configuration,
            restore: !parsed.GetValue(_noRestore),
            progress => GuestPort.RunAsync(project, configuration, progress, cancellation),
            cancellation).ConfigureAwait(false);

        destination?.Check(report);
        destination?.Write(report);
        Print(report, destination, parsed.GetValue(_json));
        return ReportRemaining(report);
    }

    private void Print(PortReport report, PortDestination? destination, bool asJson)
    {
        if (asJson)
        {
            PortDocumentJson.Write(PortDocument.Of(report, destination?.Folder), _terminal.Output);
            return;
        }

        // A diff is for other programs: the summary goes beside it.
        using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n" };
        if (destination is null)
        {
            writer.Write(UnifiedDiff.Of(report.Files));
            writer.Flush();
        }

        PortView.Write(report, destination is null ? _terminal.Error : writer, destination?.Folder);
    }

    private int ReportRemaining(PortReport report)
    {
        if (report.Remaining.IsEmpty)
        {
            return ExitCodes.Success;
        }

        foreach (var use in report.Remaining)
        {
            _terminal.Error.WriteLine($"{use.File}({use.Line}): {use.Operation}: {use.Reason}");
        }

        _terminal.WriteError($"{report.Remaining.Length} use(s) of sensitive operations are left to change by hand.");
        return ExitCodes.GuestFailed;
    }
}
