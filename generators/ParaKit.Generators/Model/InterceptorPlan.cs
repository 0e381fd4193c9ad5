using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ParaKit.Generators.Model;

/// <summary>Everything the generated files need, in a deterministic order; equal plans emit equal text.</summary>
internal sealed record InterceptorPlan(EquatableArray<Interceptor> Interceptors)
{
    private const int CallsOfOneFile = 512;
    private const int CallsPerFile = 128;

    /// <summary>Groups the calls by operation, leaving out those written inside a counterpart type.</summary>
    internal static InterceptorPlan Create(IEnumerable<CallSite> sites, IEnumerable<string> counterpartTypes)
    {
        HashSet<string> counterparts = new(counterpartTypes, StringComparer.Ordinal);
        IEnumerable<Interceptor> interceptors = sites
            .Where(site => !site.EnclosingTypes.Any(counterparts.Contains))
            .GroupBy(static site => site.Operation.Key, StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => new Interceptor(group.First().Operation, new EquatableArray<CallSite>(InSourceOrder(group))));
        return new InterceptorPlan(new EquatableArray<Interceptor>(interceptors));
    }

    /// <summary>
    /// One file for a kernel of ordinary size. Of a large one each keystroke would write and parse thousands of attributes again, of which it changes those of one
    /// source file: there, source files share generated ones by their names, so that an edit changes one of them.
    /// </summary>
    internal IEnumerable<InterceptorFile> Files()
    {
        int calls = Interceptors.Sum(static interceptor => interceptor.Sites.Count);
        if (calls <= CallsOfOneFile)
        {
            return calls == 0 ? [] : [new InterceptorFile("", Interceptors)];
        }

        int count = 1;
        while (count * CallsPerFile < calls)
        {
            count *= 2;
        }

        List<Interceptor>[] files = [.. Enumerable.Range(0, count).Select(static _ => new List<Interceptor>())];
        foreach (Interceptor interceptor in Interceptors)
        {
            foreach (var sites in interceptor.Sites.GroupBy(site => FileOf(site.FileName, count)))
            {
                files[sites.Key].Add(new Interceptor(interceptor.Operation, new EquatableArray<CallSite>(sites)));
            }
        }

        return files.Select(static (interceptors, number) => new InterceptorFile(number.ToString(CultureInfo.InvariantCulture), new EquatableArray<Interceptor>(interceptors)))
            .Where(static file => file.Interceptors.Count > 0);
    }

    // FNV-1a: the same in every process, as the text of a build must be.
    private static int FileOf(string source, int count)
    {
        uint hash = 2166136261;
        foreach (char character in source)
        {
            hash = unchecked((hash ^ character) * 16777619);
        }

        return (int)((hash ^ (hash >> 16)) & (uint)(count - 1));
    }

    private static IEnumerable<CallSite> InSourceOrder(IEnumerable<CallSite> sites) => sites
        .OrderBy(static site => site.FileName, StringComparer.Ordinal)
        .ThenBy(static site => site.Line)
        .ThenBy(static site => site.Column)
        .ThenBy(static site => site.LocationData, StringComparer.Ordinal);
}
