using System.CommandLine;
using System.Globalization;
using ParaKit.Building;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Hosting;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit create</c>: new domains on a host.</summary>
internal sealed class CreateCommand : Command, IHasExamples
{
    private const string ProjectExtension = ".csproj";

    private static readonly byte[] s_imageMagic = [0x7f, .. "ELF"u8];

    private readonly Terminal _terminal;
    private readonly HostAccess _access;

    private readonly Argument<string> _guest = new("guest")
    {
        Description = "A configuration file (xl.cfg's settings, as for 'parakit run --config'), or a folder with one guest project, a .csproj file, or a paravirtual image.",
    };

    private readonly Option<string> _name = new("--name") { Description = "Name of the domain. [default: that of the guest]", HelpName = "name" };

    private readonly Option<ulong> _memory = new("--memory")
    {
        Description = "Memory of the domain in bytes, or with K, M or G. [default: 64M]",
        HelpName = "size",
        CustomParser = MemorySize.ParseMemory,
    };

    private readonly Option<string> _commandLine = new("--command-line") { Description = "Command line that the kernel finds in its start information.", HelpName = "text" };

    private readonly Option<int> _vcpus = new("--vcpus") { Description = "Virtual processors, 1 to 32; the kernel brings all but the first up itself. [default: 1]", HelpName = "number" };

    private readonly Option<int> _weight = new("--weight") { Description = $"Its share of the processors relative to others. [default: {SchedulingParameters.DefaultWeight}]", HelpName = "number" };

    private readonly Option<int> _cap = new("--cap") { Description = "The most of a processor that it may use, in percent; 0 is no limit. [default: 0]", HelpName = "percent" };

    private readonly Option<string> _cpus = new("--cpus") { Description = "Processors that it may run on, such as 0-2,^1. [default: all]", HelpName = "set" };

    private readonly Option<string[]> _disks = new("--disk") { Description = "Give the domain a file as a disk; with ',ro' it can only be read. May be given several times.", HelpName = "file[,ro]" };

    private readonly Option<string[]> _interfaces = new("--vif")
    {
        Description = "Give the domain a network interface at a virtual switch, with mac=, ip=, rate= and rule= as for 'parakit run'. May be given several times.",
        HelpName = "switch[,mac=...]",
    };

    private readonly Option<bool> _isPaused = new("--paused", "-p") { Description = "Create it paused; 'parakit unpause' lets it begin." };

    private readonly Option<bool> _console = new("--console", "-c") { Description = "Attach to its console, as 'parakit console' does." };

    private readonly Option<string> _configuration = new("--configuration")
    {
        Description = $"Configuration in which a guest project is built. [default: {GuestOptions.OwnConfiguration}]",
        HelpName = "name",
    };

    private readonly Option<bool> _noBuild = new("--no-build") { Description = "Use the images of an earlier build." };

    /// <summary>Makes the command.</summary>
    public CreateCommand(Terminal terminal)
        : base("create", "Create domains on a host from a configuration file, or one from a guest project or image.")
    {
        _terminal = terminal;
        _access = new HostAccess(terminal);
        Arguments.Add(_guest);
        foreach (var option in Settings)
        {
            Options.Add(option);
        }

        Options.Add(_isPaused);
        Options.Add(_console);
        _access.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit create guest.cfg",
        "parakit create sample-guest --name web --memory 32M --vif lan",
        "parakit create Guest.paravirt.elf --command-line quick --disk disk.img --console",
        "parakit create guest.cfg --paused --json",
    ];

    /// <summary>What a configuration file says itself.</summary>
    private Option[] Settings => [_name, _memory, _commandLine, _vcpus, _weight, _cap, _cpus, _disks, _interfaces, _configuration, _noBuild];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_console) && _access.IsJson(parsed))
        {
            throw new UsageException("Either --console or --json: a console is no document.");
        }

        // Before anything is built.
        await _access.AskAsync(parsed, new ListRequest(), cancellation).ConfigureAwait(false);
        var guest = parsed.GetRequiredValue(_guest);
        var domains = IsConfiguration(guest) ? OfConfiguration(parsed, guest) : [await OfGuestAsync(parsed, cancellation).ConfigureAwait(false)];
        if (parsed.GetValue(_console) && domains.Count > 1)
        {
            throw new UsageException($"--console: '{guest}' has {domains.Count} domains; attach to one with 'parakit console'.");
        }

        var host = await _access.AskAsync(parsed, new CreateRequest(domains, parsed.GetValue(_isPaused)), cancellation).ConfigureAwait(false);
        _access.Print(parsed, host, null);
        foreach (var domain in host.Domains)
        {
            _terminal.WriteNote(string.Create(CultureInfo.InvariantCulture, $"'{domain.Name}' is domain {domain.Id}{(domain.Status == GuestStatus.Paused ? ", paused" : "")}."));
        }

        return parsed.GetValue(_console)
            ? await new ConsoleClient(_terminal).RunAsync(_access.Path(parsed), host.Domains[0].Id.ToString(CultureInfo.InvariantCulture), cancellation).ConfigureAwait(false)
            : ExitCodes.Success;
    }

    private static bool IsConfiguration(string path)
    {
        if (!File.Exists(path) || Path.GetExtension(path).Equals(ProjectExtension, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        try
        {
            using var file = File.OpenRead(path);
            var start = new byte[s_imageMagic.Length];
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan().SequenceEqual(s_imageMagic);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{path}' cannot be read: {exception.Message}");
        }
    }

    private IReadOnlyList<NewDomain> OfConfiguration(ParseResult parsed, string path) => Settings.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } option
        ? throw new UsageException($"{option.Name} cannot be given with a configuration file: the file has what concerns a domain.")
        : [.. GuestConfig.Load(path).Select(NewDomain.Of)];

    private async Task<NewDomain> OfGuestAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var request = new GuestRequest(parsed.GetRequiredValue(_guest))
        {
            Configuration = parsed.GetValue(_configuration) ?? GuestOptions.OwnConfiguration,
            Build = !parsed.GetValue(_noBuild),
        };
        var images = await new GuestLocator(new GuestBuilder(new TerminalListener(_terminal))).LocateAsync(request, cancellation).ConfigureAwait(false);
        images.Load(ImageKind.Paravirt, preferNamed: true);
        var kernel = Path.GetFullPath(images.FileOf(ImageKind.Paravirt, preferNamed: true));
        var memory = parsed.GetResult(_memory) is null ? GuestOptions.DefaultMemoryBytes : parsed.GetValue(_memory);
        return NewDomain.Plain(parsed.GetValue(_name) ?? images.Name, kernel, memory) with
        {
            CommandLine = parsed.GetValue(_commandLine) ?? "",
            Disks = [.. (parsed.GetValue(_disks) ?? []).Select(GuestOptions.ParseDisk).Select(disk => new NewDisk(Path.GetFullPath(disk.Path), disk.IsReadOnly))],
            Interfaces = parsed.GetValue(_interfaces) ?? [],
            Vcpus = parsed.GetResult(_vcpus) is null ? 1 : parsed.GetValue(_vcpus),
            Scheduling = NewScheduling.Of(new SchedulingParameters
            {
                Weight = parsed.GetResult(_weight) is null ? SchedulingParameters.DefaultWeight : parsed.GetValue(_weight),
                Cap = parsed.GetValue(_cap),
                Affinity = Affinity(parsed.GetValue(_cpus)),
            }),
        };
    }

    private static ulong Affinity(string? text) => text is null ? ulong.MaxValue : CpuSet.TryParse(text)
        ?? throw new UsageException($"--cpus: '{text}' is not a set of processors; it is \"all\", or such as \"0-3,5,^1\", with numbers below {HostOptions.MaximumCpus}.");
}
