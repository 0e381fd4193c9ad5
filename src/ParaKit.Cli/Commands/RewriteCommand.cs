using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Rendering;
using ParaKit.Rewriter.Static;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit rewrite</c>: a paravirtual image of a native one, without its source.</summary>
internal sealed class RewriteCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;

    private readonly Argument<string> _image = new("image")
    {
        Description = "A native kernel image (X.native.elf).",
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Where to put the rewritten image.",
        HelpName = "file",
        Required = true,
    };

    private readonly Option<string> _technique = new("--technique", "-t")
    {
        Description = $"What to rewrite it for: {ImageKind.Paravirt}.",
        HelpName = ImageKind.Paravirt,
        DefaultValueFactory = _ => ImageKind.Paravirt,
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    /// <summary>Makes the command.</summary>
    public RewriteCommand(Terminal terminal)
        : base("rewrite", "Make a native kernel image run paravirtualized, without its source; list what was replaced.")
    {
        _terminal = terminal;
        Arguments.Add(_image);
        Option[] options = [_output, _technique, _json];
        foreach (var option in options)
        {
            Options.Add(option);
        }

        SetAction(Run);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "parakit rewrite Guest.native.elf -o Guest.rewritten.paravirt.elf",
        "parakit run Guest.rewritten.paravirt.elf --technique paravirt",
    ];

    private int Run(ParseResult parsed)
    {
        var technique = parsed.GetValue(_technique);
        if (technique != ImageKind.Paravirt)
        {
            throw new UsageException($"'{technique}' needs no rewritten image; only '{ImageKind.Paravirt}' does.");
        }

        var image = ImageFile.Load(parsed.GetRequiredValue(_image));
        ImageKind.Check(image, ImageKind.Native);
        var rewritten = StaticRewriter.Rewrite(image, CarriedGuest.Bridge());
        ImageFile.Write(parsed.GetRequiredValue(_output), rewritten.File);
        foreach (var warning in rewritten.Warnings)
        {
            _terminal.WriteNote("warning: " + warning);
        }

        if (parsed.GetValue(_json))
        {
            RewriteDocumentJson.Write(RewriteDocument.Of(image, rewritten), _terminal.Output);
        }
        else
        {
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n" };
            RewriteView.Write(rewritten, writer);
        }

        return ExitCodes.Success;
    }
}
