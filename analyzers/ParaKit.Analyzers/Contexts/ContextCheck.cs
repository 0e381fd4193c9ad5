using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Contexts;

/// <summary>The finished call graph against what the methods declare.</summary>
internal sealed class ContextCheck(CallGraph graph, MaskingBodies bodies, CompilationAnalysisContext context)
{
    // One place, one message, even if several contexts lead there.
    private readonly HashSet<(string Id, Location Location)> _reported = [];
    private readonly Dictionary<IMethodSymbol, bool> _unmasking = new(SymbolEqualityComparer.Default);

    internal void Allocations(DiagnosticDescriptor rule)
    {
        Reach reach = From(static _ => true, GuestApi.InterruptContextAttribute, GuestApi.NoAllocationAttribute);
        foreach (IMethodSymbol method in reach.Methods)
        {
            foreach (Allocation allocation in graph.Find(method)?.Allocations ?? [])
            {
                IMethodSymbol root = reach.RootOf(method);
                Report(rule, allocation.Location, allocation.What, Reach.Name(root), ContextOf(root, GuestApi.InterruptContextAttribute, GuestApi.NoAllocationAttribute), reach.Chain(method));
            }
        }
    }

    internal void Sleeps(DiagnosticDescriptor rule)
    {
        Sleeps(rule, GuestApi.InterruptContextAttribute, static _ => true);

        // A section that unmasks first, or by what it waits with, may sleep.
        Sleeps(rule, GuestApi.EventsMaskedAttribute, call => !call.AfterUnmask && graph.EffectOf(call.Target) != MaskEffect.Unmasks);
    }

    internal void Recursions(DiagnosticDescriptor rule)
    {
        Reach reach = From(static _ => true, GuestApi.InterruptContextAttribute);
        foreach (var (caller, target, call) in new Recursion(graph, reach).Find())
        {
            Report(rule, call.Location, Reach.Name(target), Reach.Name(reach.RootOf(caller)), reach.Chain(caller, Reach.Name(target)));
        }
    }

    internal void Masks(DiagnosticDescriptor rule)
    {
        foreach (IMethodSymbol method in bodies.Methods().Select(CallGraph.Definition))
        {
            if (!Has(method, GuestApi.EventsMaskedAttribute) && !Has(method, GuestApi.InterruptContextAttribute) && graph.Find(method)?.MaskingFlow is { } flow)
            {
                foreach (IInvocationOperation call in new MaskFlow(flow, EffectOf, Returns).Unbalanced())
                {
                    Report(rule, call.Syntax.GetLocation(), Reach.Name(method));
                }
            }
        }
    }

    private void Sleeps(DiagnosticDescriptor rule, string attribute, Func<Call, bool> follows)
    {
        Reach reach = From(call => follows(call) && !graph.Targets(call).Any(static target => Has(target, GuestApi.MaySleepAttribute)), attribute);
        foreach (IMethodSymbol method in reach.Methods)
        {
            foreach (Call call in graph.Find(method)?.Calls.Where(follows) ?? [])
            {
                if (graph.Targets(call).FirstOrDefault(static target => Has(target, GuestApi.MaySleepAttribute)) is { } sleeping)
                {
                    IMethodSymbol root = reach.RootOf(method);
                    Report(rule, call.Location, Reach.Name(sleeping), Reach.Name(root), ContextOf(root, attribute), reach.Chain(method, Reach.Name(sleeping)));
                }
            }
        }
    }

    private Reach From(Func<Call, bool> follows, params string[] attributes) => new(
        graph,
        bodies.Annotated.Where(method => attributes.Any(attribute => Has(method, attribute)))
            .OrderBy(static method => method.ToDisplayString()),
        follows);

    private static string ContextOf(IMethodSymbol root, params string[] attributes)
    {
        string attribute = attributes.First(attribute => Has(root, attribute));
        int start = attribute.LastIndexOf('.') + 1;
        return attribute.Substring(start, attribute.Length - start - "Attribute".Length);
    }

    private static bool Has(IMethodSymbol method, string attribute) => GuestApi.FindAttribute(method, attribute) is not null;

    // A method that calls one that unmasks, unmasks.
    private bool IsUnmasking(IMethodSymbol start)
    {
        if (_unmasking.TryGetValue(start, out bool known))
        {
            return known;
        }

        HashSet<IMethodSymbol> seen = new(SymbolEqualityComparer.Default) { start };
        Stack<IMethodSymbol> pending = new([start]);
        bool found = false;
        while (pending.Count > 0 && !found)
        {
            MethodFacts? facts = graph.Find(pending.Pop());
            found = facts is { Unmasks: true };
            foreach (Call call in facts?.Calls.Where(call => seen.Add(call.Target)) ?? [])
            {
                pending.Push(call.Target);
            }
        }

        return _unmasking[start] = found;
    }

    private MaskEffect EffectOf(IMethodSymbol method)
    {
        IMethodSymbol definition = CallGraph.Definition(method);
        return graph.EffectOf(definition) is var effect and not MaskEffect.None ? effect
            : IsUnmasking(definition) ? MaskEffect.Unmasks
            : MaskEffect.None;
    }

    private bool Returns(IMethodSymbol method) =>
        !CallGraph.IsNonReturning(method) && graph.Find(CallGraph.Definition(method)) is not { NeverReturns: true };

    private void Report(DiagnosticDescriptor rule, Location location, params object[] arguments)
    {
        if (_reported.Add((rule.Id, location)))
        {
            context.ReportDiagnostic(Diagnostic.Create(rule, location, arguments));
        }
    }
}
