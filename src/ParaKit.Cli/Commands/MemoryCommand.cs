using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using ParaKit.Building;
using ParaKit.Cli.MemoryMaps;
using ParaKit.Cli.Rendering;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit memory</c>: which machine frames a guest's pages are, and what they are used as.</summary>
internal sealed class MemoryCommand : Command, IHasExamples
{
    private const ulong UsualTime = 100;

    private readonly Terminal _terminal;
    private readonly TechniqueOption _technique;
    private readonly GuestOptions _options = new();

    private readonly Option<ulong> _after = new("--after")
    {
        Description = "When to look, in milliseconds of virtual time; earlier if the guest has ended by then.",
        HelpName = "ms",
        DefaultValueFactory = _ => UsualTime,
    };

    private readonly Option<ulong[]> _addresses = new("--address")
    {
        Description = "Translate a linear address (hexadecimal) to the guest's and the machine's frame; may be given several times.",
        HelpName = "address",
        CustomParser = ParseAddresses,
    };

    private readonly Option<bool> _map = new("--map")
    {
        Description = "List all pages, by ranges.",
    };

    /// <summary>Makes the command.</summary>
    public MemoryCommand(Terminal terminal, IReadOnlyList<ITechnique> techniques)
        : base("memory", "Run a guest kernel for a while and show its memory: virtual, physical and machine pages, types and counts of frames.")
    {
        _terminal = terminal;
        _technique = new TechniqueOption(techniques);
        _technique.AddTo(this);
        Options.Add(_after);
        Options.Add(_addresses);
        Options.Add(_map);
        _options.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit memory sample-guest",
        "parakit memory sample-guest --address 0xffffffff80100000 --after 5",
        "parakit memory sample-guest --technique hardware --map",
        "parakit memory Guest.paravirt.elf --json > map.json",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var images = await new GuestLocator(new GuestBuilder(new TerminalListener(_terminal))).LocateAsync(_options.Request(parsed), cancellation).ConfigureAwait(false);
        var technique = _technique.Of(parsed, images);
        var run = _options.Run(parsed, images.Load(technique.Name, preferNamed: true), cancellation);
        _terminal.WriteNote($"{run.Image.Name}, {technique.Name}: running");
        var map = await Task.Run(() => MemoryMapTaker.Take(technique.Name, run, parsed.GetValue(_after), parsed.GetValue(_addresses) ?? []), CancellationToken.None).ConfigureAwait(false);
        if (_options.IsJson(parsed))
        {
            ReadableJson.Write(_terminal.Output, MemoryMapDocument.Of(map), options => MemoryMapJson.With(options).MemoryMapDocument);
            return ExitCodes.Success;
        }

        using var writer = new StreamWriter(_terminal.Output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        MemoryMapText.Write(map, parsed.GetValue(_map), writer);
        return ExitCodes.Success;
    }

    private static ulong[] ParseAddresses(ArgumentResult result)
    {
        List<ulong> addresses = [];
        foreach (var token in result.Tokens)
        {
            var digits = token.Value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? token.Value[2..] : token.Value;
            if (ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address))
            {
                addresses.Add(address);
            }
            else
            {
                result.AddError($"--address: '{token.Value}' is no hexadecimal address.");
            }
        }

        return [.. addresses];
    }
}
