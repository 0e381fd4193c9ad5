namespace ParaKit.Cli.Certifying;

/// <summary>Why a certificate does not hold.</summary>
/// <param name="Kind">What kind of reason it is.</param>
/// <param name="Message">The reason.</param>
/// <param name="File">Source file; null if it is not known.</param>
/// <param name="Line">Line in it, from 1; null if it is not known.</param>
internal sealed record CertificateProblem(ProblemKind Kind, string Message, string? File, int? Line)
{
    /// <summary>The reason with its place, in the form of build tools.</summary>
    public override string ToString() => $"{(File is null ? "" : Line is null ? $"{File}: " : $"{File}({Line}): ")}{Message}";
}
