using System.Collections.Immutable;
using ParaKit.Image;
using ParaKit.Rewriter.Classification;

namespace ParaKit.Rewriter.Certifying;

/// <summary>
/// The machine-code half of a certificate in the sense of Popek and Goldberg (1974): every sensitive instruction of an image, and whether a
/// technique handles it. Theirs is a sentence about processors; this is one about a kernel.
/// </summary>
/// <param name="Image">The image.</param>
/// <param name="Technique">How it is to be run.</param>
/// <param name="Layout">How it is deprivileged.</param>
/// <param name="Instructions">The instructions, by address.</param>
/// <param name="FalseSites">Sites that the image records, but where other instructions are.</param>
public sealed record MachineCodeCertificate(
    KernelImage Image,
    MonitorTechnique Technique,
    RingLayout Layout,
    ImmutableArray<CertifiedInstruction> Instructions,
    ImmutableArray<MachineSite> FalseSites)
{
    /// <summary>Instructions that are not handled.</summary>
    public IEnumerable<CertifiedInstruction> Violations => Instructions.Where(i => !i.Handling.IsHandled);

    /// <summary>Whether everything is handled.</summary>
    public bool Holds => FalseSites.IsEmpty && !Violations.Any();
}
