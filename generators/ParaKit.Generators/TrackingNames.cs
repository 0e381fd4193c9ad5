namespace ParaKit.Generators;

/// <summary>Names of the pipeline's steps; the caching tests ask for their run reasons.</summary>
internal static class TrackingNames
{
    internal const string Mode = nameof(Mode);
    internal const string CallSites = nameof(CallSites);
    internal const string CounterpartTypes = nameof(CounterpartTypes);
    internal const string Plan = nameof(Plan);
    internal const string Rings = nameof(Rings);
    internal const string EntryPlan = nameof(EntryPlan);
    internal const string Hypercalls = nameof(Hypercalls);
}
