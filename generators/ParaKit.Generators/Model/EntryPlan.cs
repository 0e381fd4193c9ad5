using System;
using System.Collections.Generic;
using System.Linq;

namespace ParaKit.Generators.Model;

/// <summary>All handlers of a kernel, one for each number, in a deterministic order.</summary>
/// <param name="Traps">Exceptions.</param>
/// <param name="Events">Interrupt lines.</param>
/// <param name="SystemCalls">None or one.</param>
internal sealed record EntryPlan(EquatableArray<EntryPoint> Traps, EquatableArray<EntryPoint> Events, EquatableArray<EntryPoint> SystemCalls)
{
    internal static EntryPlan Empty { get; } = new(new([]), new([]), new([]));

    internal bool IsEmpty => Traps.Count + Events.Count + SystemCalls.Count == 0;

    /// <summary>Of several handlers for one number, which a rule reports, the first by name is kept.</summary>
    internal static EntryPlan Create(IEnumerable<EntryPoint> traps, IEnumerable<EntryPoint> events, IEnumerable<EntryPoint> systemCalls) =>
        new(Distinct(traps), Distinct(events), Distinct(systemCalls));

    private static EquatableArray<EntryPoint> Distinct(IEnumerable<EntryPoint> points) => new(points
        .OrderBy(static point => point.Number)
        .ThenBy(static point => point.Method, StringComparer.Ordinal)
        .GroupBy(static point => point.Number)
        .Select(static group => group.First()));
}
