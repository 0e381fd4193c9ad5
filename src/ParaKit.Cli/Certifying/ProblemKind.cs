namespace ParaKit.Cli.Certifying;

/// <summary>Kinds of reasons why a certificate does not hold.</summary>
internal enum ProblemKind
{
    /// <summary>The technique does not handle an instruction of the image.</summary>
    Unhandled,

    /// <summary>The source has an operation that is not replaced.</summary>
    NotRewritten,

    /// <summary>Source and image do not tell the same.</summary>
    Unmatched,
}
