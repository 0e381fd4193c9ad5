using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Finds calls that close a cycle among reached methods and show no bound.</summary>
internal sealed class Recursion(CallGraph graph, Reach reach)
{
    private readonly HashSet<IMethodSymbol> _done = new(SymbolEqualityComparer.Default);
    private readonly HashSet<IMethodSymbol> _onPath = new(SymbolEqualityComparer.Default);
    private readonly Stack<(IMethodSymbol Method, IEnumerator<(Call Call, IMethodSymbol Target)> Calls)> _path = new();
    private readonly List<(IMethodSymbol Caller, IMethodSymbol Target, Call Call)> _found = [];

    internal IReadOnlyList<(IMethodSymbol Caller, IMethodSymbol Target, Call Call)> Find()
    {
        foreach (IMethodSymbol method in reach.Methods)
        {
            Enter(method);
            while (_path.Count > 0)
            {
                Step();
            }
        }

        return _found;
    }

    // Depth first with a stack of its own: chains of calls may be longer than the compiler's stack is deep.
    private void Step()
    {
        var (method, calls) = _path.Peek();
        if (!calls.MoveNext())
        {
            _path.Pop();
            _onPath.Remove(method);
            return;
        }

        var (call, target) = calls.Current;
        if (_onPath.Contains(target))
        {
            _found.Add((method, target, call));
        }
        else
        {
            Enter(target);
        }
    }

    private void Enter(IMethodSymbol method)
    {
        if (_done.Add(method) && graph.Find(method) is { } facts)
        {
            _onPath.Add(method);
            _path.Push((method, Unbounded(facts).GetEnumerator()));
        }
    }

    private IEnumerable<(Call Call, IMethodSymbol Target)> Unbounded(MethodFacts facts) =>
        from call in facts.Calls
        where !call.IsBounded
        from target in graph.Targets(call)
        select (call, target);
}
