using System.CommandLine;
using ParaKit.Cli.Auditing;
using ParaKit.Cli.Rendering;
using ParaKit.Workspaces;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit audit</c>: every use of a sensitive operation in a kernel's source, and what porting it costs.</summary>
internal sealed class AuditCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _path = new("project")
    {
        Description = "A guest project, a solution, or a folder with one of them.",
    };

    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = "Configuration in which projects are evaluated. [default: Release]",
        HelpName = "name",
    };

    private readonly Option<bool> _noRestore = new("--no-restore")
    {
        Description = "Do not restore the project's packages first.",
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    private readonly Option<string> _sarif = ReportOptions.Sarif("findings");

    /// <summary>Makes the command.</summary>
    public AuditCommand(Terminal terminal)
        : base("audit", "List every use of a sensitive operation in a guest's source, and what porting the guest costs.")
    {
        _terminal = terminal;
        Arguments.Add(_path);
        Option[] options = [_configuration, _noRestore, _json, _sarif];
        foreach (var option in options)
        {
            Options.Add(option);
        }

        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit audit sample-guest",
        "parakit audit Kernel.sln --sarif audit.sarif",
        "parakit audit Guest.csproj --json > audit.json",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = AuditTarget.Find(parsed.GetRequiredValue(_path));
        var configuration = parsed.GetValue(_configuration) ?? "Release";
        var report = await new ProjectLoader(_terminal).LoadAsync(
            path,
            configuration,
            restore: !parsed.GetValue(_noRestore),
            progress => GuestAudit.RunAsync(path, configuration, progress, cancellation),
            cancellation).ConfigureAwait(false);
        if (parsed.GetValue(_sarif) is { } sarif)
        {
            Sarif.Write(sarif, SarifLog.Of(report));
        }

        if (parsed.GetValue(_json))
        {
            AuditReportJson.Write(AuditDocument.Of(report), _terminal.Output);
        }
        else
        {
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n" };
            new AuditView(writer).Write(report);
        }

        return ReportCompileErrors(report);
    }

    private int ReportCompileErrors(AuditReport report)
    {
        foreach (var error in report.CompileErrors)
        {
            _terminal.Error.WriteLine(error);
        }

        if (report.CompileErrors.IsEmpty)
        {
            return ExitCodes.Success;
        }

        _terminal.WriteError("the source does not compile; uses in code that the compiler does not understand are missing from the audit.");
        return ExitCodes.GuestFailed;
    }
}
