using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Workspaces.PortCosts;

/// <summary>What it takes to paravirtualize a kernel, in the categories of the Xen paper.</summary>
/// <param name="Rows">One row per category; a line belongs to one row.</param>
/// <param name="Total">The sum of the rows.</param>
/// <param name="CodeLines">Code lines of the whole kernel.</param>
/// <param name="CodeBaseLines">Code lines without device drivers: the paper's "code base".</param>
public sealed record PortCost(ImmutableSortedDictionary<PortCategory, PortCostRow> Rows, PortCostRow Total, int CodeLines, int CodeBaseLines)
{
    /// <summary>Hand-changed lines in percent of the code base.</summary>
    public double HandChangedPercent => Percent(Total.HandChangedLines);

    /// <summary>Lines with rewritten calls in percent of the code base.</summary>
    public double RewrittenPercent => Percent(Total.RewrittenLines);

    /// <summary>Counts.</summary>
    internal static PortCost Of(IReadOnlyList<OperationUse> uses, IReadOnlyList<SourceFile> files)
    {
        // A line with uses of several categories belongs to the one furthest from portable code.
        var lines = uses.GroupBy(use => (use.File, use.Line))
            .ToLookup(line => line.Max(use => use.Category), line => line.ToArray());
        var rows = Enum.GetValues<PortCategory>().ToImmutableSortedDictionary(
            category => category,
            category => new PortCostRow(
                lines[category].Count(line => line.Any(use => use.NeedsHand)),
                lines[category].Sum(line => line.Count(use => use.Rewriting == Rewriting.Rewritten)),
                lines[category].Count(line => line.Any(use => use.Rewriting == Rewriting.Rewritten))));
        var total = new PortCostRow(
            rows.Values.Sum(row => row.HandChangedLines),
            rows.Values.Sum(row => row.RewrittenCallSites),
            rows.Values.Sum(row => row.RewrittenLines));
        return new PortCost(rows, total, files.Sum(file => file.CodeLines), files.Where(file => !file.IsDriver).Sum(file => file.CodeLines));
    }

    private double Percent(int lines) => CodeBaseLines == 0 ? 0 : 100.0 * lines / CodeBaseLines;
}
