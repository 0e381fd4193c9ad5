namespace ParaKit.Cli.Figures;

/// <summary>A ratio of two published figures, and the band in which the same ratio of modelled figures should lie.</summary>
/// <param name="Operation">Name of the benchmark.</param>
/// <param name="Technique">The technique whose figure is divided ...</param>
/// <param name="Reference">... by this technique's.</param>
/// <param name="Published">The published ratio.</param>
/// <param name="Lowest">Lower end of the band.</param>
/// <param name="Highest">Upper end of the band; null for none.</param>
/// <param name="Source">Where it is published.</param>
internal sealed record PublishedShape(
    string Operation, string Technique, string Reference, double Published, double Lowest, double? Highest, string Source)
{
    /// <summary>Why the ratio lies outside its band, where that is known; null where it should lie inside.</summary>
    public string? Deviation { get; init; }

    /// <summary>Name of the ratio.</summary>
    public string Name => $"{Operation}: {Technique} / {Reference}";

    /// <summary>The band, ready to print.</summary>
    public string Band => this switch
    {
        { Highest: null } => FormattableString.Invariant($"> {Lowest}"),
        { Lowest: 0 } => FormattableString.Invariant($"< {Highest}"),
        _ => FormattableString.Invariant($"{Lowest} to {Highest}"),
    };

    /// <summary>Whether a ratio lies in the band.</summary>
    public bool Contains(double ratio) => ratio >= Lowest && (Highest is null || ratio <= Highest);
}
