using System.CommandLine;
using System.Globalization;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Rendering;
using ParaKit.Image;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit scan</c>: every privileged and sensitive instruction in machine code of any origin.</summary>
internal sealed class ScanCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;
    private readonly LayoutOptions _layout = new();

    private readonly Argument<string> _image = new("image")
    {
        Description = "An ELF file for x86 (executable, shared, .o, .ko), a Linux bzImage or vmlinux; or flat code, with --bits and --base.",
    };

    private readonly Option<int?> _bits = new("--bits")
    {
        Description = "Take the file for flat code of 16, 32 or 64 bits.",
        HelpName = "16|32|64",
    };

    private readonly Option<string?> _base = new("--base")
    {
        Description = "Address of flat code's first byte, where it also starts. [default: 0]",
        HelpName = "address",
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    private readonly Option<string> _sarif = ReportOptions.Sarif("findings");

    /// <summary>Makes the command.</summary>
    public ScanCommand(Terminal terminal)
        : base("scan", "List every privileged and sensitive instruction in an image, and what becomes of each when the kernel is deprivileged.")
    {
        _terminal = terminal;
        Arguments.Add(_image);
        Option[] options = [_bits, _base];
        foreach (var option in options)
        {
            Options.Add(option);
        }

        _layout.AddTo(this);
        Options.Add(_json);
        Options.Add(_sarif);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit scan Guest.native.elf",
        "parakit scan /boot/vmlinuz --umip --json > linux.json",
        "parakit scan boot.bin --bits 16 --base 0x7c00",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var layout = _layout.Layout(parsed);
        var progress = new ScanProgress(_terminal.Error);
        var report = await Task.Run(() => ImageScanner.Scan(Load(parsed), progress, cancellation), cancellation).ConfigureAwait(false);
        if (parsed.GetValue(_sarif) is { } sarif)
        {
            Sarif.Write(sarif, ScanSarif.Of(report, layout));
        }

        if (parsed.GetValue(_json))
        {
            ScanDocumentJson.Write(ScanDocument.Of(report, layout), _terminal.Output);
        }
        else
        {
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n" };
            new ScanView(writer, layout).Write(report);
        }

        return ExitCodes.Success;
    }

    private CodeImage Load(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(_image);
        var bits = parsed.GetValue(_bits);
        var address = parsed.GetValue(_base);
        if (bits is not (null or 16 or 32 or 64))
        {
            throw new UsageException($"'{bits}' is not a width of code; --bits is 16, 32 or 64.");
        }

        if (bits is null && address is not null)
        {
            throw new UsageException("--base is for flat code, which also needs --bits.");
        }

        var file = ImageFile.Read(path);
        var name = Path.GetFileName(path);
        if (bits is { } width)
        {
            return CodeImage.Flat(file, name, width, Address(address));
        }

        return CodeImage.IsSelfDescribing(file)
            ? CodeImage.Load(file, name)
            : throw new UsageException($"'{path}' is neither an ELF file nor a Linux bzImage; for flat code give --bits and --base.");
    }

    private static ulong Address(string? text)
    {
        if (text is null)
        {
            return 0;
        }

        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(isHexadecimal ? text[2..] : text, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var address)
            ? address
            : throw new UsageException($"'{text}' is not an address, such as 0x7c00.");
    }
}
