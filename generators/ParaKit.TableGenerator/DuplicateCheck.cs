using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ParaKit.TableGenerator;

/// <summary>Reports the second and later methods that claim one row.</summary>
internal static class DuplicateCheck
{
    public static void Report(SourceProductionContext output, ImmutableArray<LocatedEntry> entries)
    {
        var owners = new Dictionary<long, string>();
        foreach (LocatedEntry located in entries)
        {
            TableEntry entry = located.Entry;
            if (owners.TryGetValue(entry.Index, out string? owner))
            {
                output.ReportDiagnostic(Diagnostic.Create(
                    TableDiagnostics.Duplicate, located.Location?.ToLocation(), entry.Label, owner));
            }
            else
            {
                owners.Add(entry.Index, entry.Method);
            }
        }
    }
}
