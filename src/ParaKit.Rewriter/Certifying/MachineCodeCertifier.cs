using ParaKit.Image;
using ParaKit.Image.Linking;
using ParaKit.Rewriter.Classification;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Rewriter.Certifying;

/// <summary>Decides for every sensitive instruction of an image whether a technique handles it.</summary>
public sealed class MachineCodeCertifier
{
    private readonly KernelImage _image;
    private readonly MonitorTechnique _technique;
    private readonly RingLayout _layout;
    private readonly Dictionary<ulong, string> _placed = [];

    private MachineCodeCertifier(KernelImage image, MonitorTechnique technique, RingLayout layout)
    {
        _image = image;
        _technique = technique;
        _layout = layout;
    }

    /// <summary>Certifies an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="technique">How it is to be run.</param>
    /// <param name="layout">How it is deprivileged.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static MachineCodeCertificate Certify(
        KernelImage image, MonitorTechnique technique, RingLayout layout = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new MachineCodeCertifier(image, technique, layout).Run(cancellation);
    }

    private MachineCodeCertificate Run(CancellationToken cancellation)
    {
        MachineSite[] unproven = [.. _image.MachineSites.Where(site => !TryPlace(site.Address, site.Operation))];
        foreach (ImageSymbol symbol in _image.Symbols.Where(s => !MachineCode.OfOperation(s.Name).IsEmpty))
        {
            TryPlace(symbol.Address, symbol.Name);
        }

        DiscoveredCode code = ImageCode.Explore(_image.Code, null, cancellation);
        ScanReport report = ImageScanner.Scan(_image.Code, code, cancellation);
        IEnumerable<CertifiedInstruction> inCode = report.Findings.Select(Judge);
        IEnumerable<CertifiedInstruction> inData = _technique == MonitorTechnique.Paravirt
            ? CalledData.Find(_image.Code, code.Map).Select(f => Judge(f) with { IsInData = true })
            : [];
        return new MachineCodeCertificate(_image, _technique, _layout, [.. inCode.Concat(inData).OrderBy(i => i.Finding.Address)], [.. unproven]);
    }

    /// <summary>Notes every byte of an operation's instructions; false if others are there.</summary>
    private bool TryPlace(ulong address, string operation)
    {
        ReadOnlySpan<byte> bytes = MachineCode.OfOperation(operation);
        if (bytes.IsEmpty || _image.Code.FindSection(address) is not { IsCode: true } section
            || !section.Data.Span[(int)(address - section.Address)..].StartsWith(bytes))
        {
            return false;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            _placed.TryAdd(address + (ulong)i, operation);
        }

        return true;
    }

    private CertifiedInstruction Judge(ScanFinding finding)
    {
        string? operation = _placed.GetValueOrDefault(finding.Address);
        string? routine = finding.Symbol is { } symbol && MachineCode.IsRoutine(symbol.Name) ? symbol.Name : null;
        Handling handling = _technique == MonitorTechnique.Paravirt
            ? JudgeParavirt(finding, operation)
            : Handling.Of(finding.Kind, _technique, _layout);
        return new CertifiedInstruction(finding, handling) { Source = operation ?? routine };
    }

    /// <summary>Xen's guests may contain a sensitive instruction only where it is known to be harmless, one by one.</summary>
    private static Handling JudgeParavirt(ScanFinding finding, string? operation) => finding switch
    {
        { Section: { IsCode: true, Bits: not 64 } } => new(true, "never entered: Xen starts a paravirtual kernel in 64-bit mode"),
        { Kind.Class: InstructionClass.Revealing } => new(true, "executes, and shows the machine; Xen may make it trap"),
        { Kind.Name: "int n" } => new(true, "traps; Xen delivers it to the handler that the kernel registered"),
        _ when operation is not null && !MachineCode.IsSensitive(operation) =>
            new(true, $"part of {operation}, which replaces what the machine's flags cannot tell"),
        _ => new(false, "is left in a paravirtual image, and nothing replaces it"),
    };
}
