using System.CommandLine;
using ParaKit.Building;
using ParaKit.Cli.Auditing;
using ParaKit.Cli.Certifying;
using ParaKit.Cli.Guests;
using ParaKit.Cli.Rendering;
using ParaKit.Image;
using ParaKit.Rewriter.Certifying;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Static;
using ParaKit.Workspaces;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Cli.Commands;

/// <summary><c>parakit certify</c>: whether every sensitive operation of a kernel is handled, in its source and in its image.</summary>
internal sealed class CertifyCommand : Command, IHasExamples
{
    private readonly Terminal _terminal;
    private readonly LayoutOptions _layout = new();

    private readonly Argument<string> _path = new("guest")
    {
        Description = "A guest project or its folder, or a kernel image.",
    };

    private readonly Option<MonitorTechnique?> _technique = new("--technique", "-t")
    {
        Description = "How the kernel is to be run. [default: what the image is made for; paravirt for a project]",
        HelpName = "native|trap|translate|paravirt|hardware",
    };

    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = "Configuration of the project. [default: Release]",
        HelpName = "name",
    };

    private readonly Option<bool> _noBuild = new("--no-build")
    {
        Description = "Take the project's images as they are.",
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    private readonly Option<string> _sarif = ReportOptions.Sarif("problems");

    /// <summary>Makes the command.</summary>
    public CertifyCommand(Terminal terminal)
        : base("certify", "Check that every sensitive operation of a kernel is handled, in its source and independently in its machine code.")
    {
        _terminal = terminal;
        Arguments.Add(_path);
        Option[] options = [_technique, _configuration, _noBuild];
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
        "parakit certify sample-guest",
        "parakit certify Guest.native.elf --technique trap --umip",
        "parakit certify Guest.paravirt.elf --sarif certificate.sarif",
    ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetRequiredValue(_path);
        var isImage = File.Exists(path) && !GuestLocator.IsProject(path);
        var certificate = isImage
            ? await CertifyAsync(ImageFile.Load(path), null, parsed, cancellation).ConfigureAwait(false)
            : await CertifyProjectAsync(path, parsed, cancellation).ConfigureAwait(false);
        if (parsed.GetValue(_sarif) is { } sarif)
        {
            Sarif.Write(sarif, CertificateSarif.Of(certificate));
        }

        if (parsed.GetValue(_json))
        {
            CertificateDocumentJson.Write(CertificateDocument.Of(certificate), _terminal.Output);
        }
        else
        {
            using var writer = new StreamWriter(_terminal.Output, leaveOpen: true) { NewLine = "\n" };
            CertificateView.Write(certificate, writer);
        }

        foreach (var problem in certificate.Problems)
        {
            _terminal.Error.WriteLine(problem);
        }

        return certificate.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.GuestFailed;
    }

    private async Task<Certificate> CertifyProjectAsync(string path, ParseResult parsed, CancellationToken cancellation)
    {
        var configuration = parsed.GetValue(_configuration) ?? "Release";
        var technique = parsed.GetValue(_technique) ?? MonitorTechnique.Paravirt;
        var request = new GuestRequest(path) { Configuration = configuration, Build = !parsed.GetValue(_noBuild) };
        var images = await new GuestLocator(new GuestBuilder(new TerminalListener(_terminal))).LocateAsync(request, cancellation).ConfigureAwait(false);
        var image = images.Load(ScanWords.Json(technique), preferNamed: false);
        var project = AuditTarget.Find(path);
        var source = await new ProjectLoader(_terminal).LoadAsync(
            project, configuration, restore: false, progress => GuestAudit.RunAsync(project, configuration, progress, cancellation), cancellation).ConfigureAwait(false);
        if (!source.CompileErrors.IsEmpty)
        {
            throw new UsageException($"The source does not compile: {source.CompileErrors[0]}");
        }

        return await CertifyAsync(image, source, parsed, cancellation).ConfigureAwait(false);
    }

    private async Task<Certificate> CertifyAsync(KernelImage image, AuditReport? source, ParseResult parsed, CancellationToken cancellation)
    {
        var technique = parsed.GetValue(_technique) ?? (ImageKind.IsParavirt(image) ? MonitorTechnique.Paravirt : MonitorTechnique.Native);
        ImageKind.Check(image, ScanWords.Json(technique));
        if (StaticRewriter.IsRewritten(image))
        {
            throw new UsageException($"'{image.Name}' was made by 'parakit rewrite': its kernel is data, and a certificate would speak of the code under it alone. Certify the native image.");
        }

        var code = await Task.Run(() => MachineCodeCertifier.Certify(image, technique, _layout.Layout(parsed), cancellation), cancellation).ConfigureAwait(false);
        return new Certificate(code, source);
    }
}
