using System.Collections.Immutable;

namespace ParaKit.Analyzers.Flow;

/// <summary>States that are sets of facts which hold on some path.</summary>
internal static class Sets
{
    /// <summary>Adds facts; false when all were there.</summary>
    internal static bool Union<T>(ref ImmutableHashSet<T> state, ImmutableHashSet<T> arriving)
    {
        ImmutableHashSet<T> merged = state.Union(arriving);
        bool changed = merged.Count != state.Count;
        state = merged;
        return changed;
    }
}
