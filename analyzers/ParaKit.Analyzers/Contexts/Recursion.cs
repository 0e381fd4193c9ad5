using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Finds calls that close a cycle among reached methods and show no bound.</summary>
internal sealed class Recursion(CallGraph graph, Reach reach)
{
    private readonly HashSet<IMethodSymbol> _done = new(SymbolEqualityComparer.Default);
    private readonly List<IMethodSymbol> _path = [];
    private readonly List<(IMethodSymbol Caller, IMethodSymbol Target, Call Call)> _found = [];

    internal IReadOnlyList<(IMethodSymbol Caller, IMethodSymbol Target, Call Call)> Find()
    {
        foreach (IMethodSymbol method in reach.Methods)
        {
            Visit(method);
        }

        return _found;
    }

    // Recursion over recursion: as deep as the longest chain of calls in the source.
    private void Visit(IMethodSymbol method)
    {
        if (!_done.Add(method) || graph.Find(method) is not { } facts)
        {
            return;
        }

        _path.Add(method);
        foreach (Call call in facts.Calls.Where(static call => !call.IsBounded))
        {
            foreach (IMethodSymbol target in graph.Targets(call).Where(target => graph.Find(target) is not null))
            {
                if (_path.Contains(target, SymbolEqualityComparer.Default))
                {
                    _found.Add((method, target, call));
                }
                else
                {
                    Visit(target);
                }
            }
        }

        _path.RemoveAt(_path.Count - 1);
    }
}
