using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ParaKit.Building;
using ParaKit.Cli.Commands;
using ParaKit.Hardware.Extensions;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Kvm;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Rewriter.Static;

namespace ParaKit.Cli;

/// <summary>The command line as a whole: commands, and how every failure becomes a message and an exit code.</summary>
internal sealed class Application
{
    private const string DebugVariable = "PARAKIT_DEBUG";

    private static readonly string[] s_examples =
    [
        "parakit contrast sample-guest",
        "parakit run sample-guest --technique paravirt",
        "parakit audit sample-guest",
        "parakit port sample-guest --output ported",
    ];

    private readonly Terminal _terminal;
    private readonly RootCommand _root;
    private readonly Option<bool> _debug = new("--debug")
    {
        Description = $"Print the stack trace of an internal error (also: environment variable {DebugVariable}=1).",
        Recursive = true,
    };

    /// <summary>Assembles the commands.</summary>
    public Application(Terminal terminal, IReadOnlyList<ITechnique> techniques)
    {
        _terminal = terminal;
        _root = new RootCommand("ParaKit: runs guest kernels natively and paravirtualized, contrasts the two, audits their source and machine code, and ports them.")
        {
            new RunCommand(terminal, techniques),
            new ContrastCommand(terminal, techniques),
            new TraceCommand(terminal, techniques),
            new MemoryCommand(terminal, techniques),
            new AuditCommand(terminal),
            new ShowCommand(terminal),
            new RewriteCommand(terminal),
            new ScanCommand(terminal),
            new CertifyCommand(terminal),
            new PortCommand(terminal),
            new ExperimentCommand(terminal),
            new BillCommand(terminal),
            new HostCommand(terminal),
            new CreateCommand(terminal),
            new ListCommand(terminal),
            new TopCommand(terminal),
            new VcpuListCommand(terminal),
            new ConsoleCommand(terminal),
            new SchedSetCommand(terminal),
            new MemSetCommand(terminal),
            _debug,
        };
        DomainCommand.All(terminal).ToList().ForEach(_root.Subcommands.Add);
        var help = _root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, s_examples);
    }

    /// <summary>Runs a command line; the result is the process's exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var parsed = _root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return ReportParseErrors(parsed);
        }

        try
        {
            using var output = new StreamWriter(_terminal.Output, leaveOpen: true);
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = output,
                Error = _terminal.Error,
            };
            if (parsed.CommandResult.Command is HostCommand)
            {
                configuration.ProcessTerminationTimeout = HostCommand.TimeToEnd;
            }

            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _terminal.WriteNote("interrupted.");
            return ExitCodes.Interrupted;
        }
        catch (Exception exception) when (IsUsersToFix(exception))
        {
            _terminal.WriteError(exception.Message);
            return ExitCodes.Usage;
        }
#pragma warning disable CA1031 // The last resort: whatever gets here becomes a message instead of a crash of the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ReportBug(exception, WantsStackTrace(parsed));
        }
    }

    private static bool IsUsersToFix(Exception exception) =>
        exception is UsageException or GuestException or ImageFormatException or DomainBuildException or RewriteException or TechniqueUnavailableException or ExtensionException;

    private bool WantsStackTrace(ParseResult parsed) =>
        parsed.GetValue(_debug) || Environment.GetEnvironmentVariable(DebugVariable) is not (null or "" or "0");

    private int ReportParseErrors(ParseResult parsed)
    {
        var isRoot = parsed.CommandResult.Command is RootCommand;
        var messages = isRoot && parsed.UnmatchedTokens is [var unknown, ..]
            ? [$"'{unknown}' is not a command. Commands: {string.Join(", ", _root.Subcommands.Select(command => command.Name))}."]
            : parsed.Errors.Select(error => error.Message);
        foreach (var message in messages)
        {
            _terminal.WriteError(message);
        }

        _terminal.Error.WriteLine($"Try '{PathOf(parsed.CommandResult)} --help'.");
        return ExitCodes.Usage;
    }

    /// <summary>A command with those that it is under, such as "parakit experiment memory".</summary>
    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "parakit";

    private int ReportBug(Exception exception, bool withStackTrace)
    {
        var cause = exception.GetBaseException();
        var hint = withStackTrace ? "" : " Run again with --debug for the stack trace.";
        _terminal.WriteError($"{cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")} This is a bug in ParaKit.{hint}");
        if (withStackTrace)
        {
            _terminal.Error.WriteLine(exception);
        }

        return ExitCodes.InternalError;
    }
}
