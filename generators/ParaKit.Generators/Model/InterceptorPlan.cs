using System;
using System.Collections.Generic;
using System.Linq;

namespace ParaKit.Generators.Model;

/// <summary>Everything one generated file needs, in a deterministic order; equal plans emit equal text.</summary>
internal sealed record InterceptorPlan(EquatableArray<Interceptor> Interceptors)
{
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

    private static IEnumerable<CallSite> InSourceOrder(IEnumerable<CallSite> sites) => sites
        .OrderBy(static site => site.FileName, StringComparer.Ordinal)
        .ThenBy(static site => site.Line)
        .ThenBy(static site => site.Column)
        .ThenBy(static site => site.LocationData, StringComparer.Ordinal);
}
