using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Everything that some methods reach by calls, each with the shortest chain that leads to it.</summary>
internal sealed class Reach
{
    private const string Arrow = " \u2192 ";

    private readonly Dictionary<IMethodSymbol, IMethodSymbol?> _callers = new(SymbolEqualityComparer.Default);
    private readonly List<IMethodSymbol> _methods = [];

    /// <summary>Walks breadth first, in the order of the source, so that the same code gives the same chains.</summary>
    internal Reach(CallGraph graph, IEnumerable<IMethodSymbol> roots, Func<Call, bool> follows)
    {
        foreach (IMethodSymbol root in roots)
        {
            Enter(root, null);
        }

        for (int next = 0; next < _methods.Count; next++)
        {
            IMethodSymbol method = _methods[next];
            foreach (IMethodSymbol target in graph.Implementations(method).Where(target => method.IsAbstract && graph.Find(target) is not null).OrderBy(static target => target.ToDisplayString()))
            {
                Enter(target, method);
            }

            foreach (Call call in graph.Find(method)?.Calls.Where(follows) ?? [])
            {
                foreach (IMethodSymbol target in graph.Targets(call).Where(target => graph.Find(target) is not null).OrderBy(static target => target.ToDisplayString()))
                {
                    Enter(target, method);
                }
            }
        }
    }

    /// <summary>The reached methods, nearest first.</summary>
    internal IReadOnlyList<IMethodSymbol> Methods => _methods;

    internal static string Name(IMethodSymbol method)
    {
        string name = method.AssociatedSymbol?.Name ?? (method.MethodKind == MethodKind.Constructor ? "new " + method.ContainingType.Name : method.Name);
        return method.MethodKind is MethodKind.Constructor or MethodKind.LocalFunction ? name : $"{method.ContainingType.Name}.{name}";
    }

    /// <summary>The method at which the chain to a reached one starts.</summary>
    internal IMethodSymbol RootOf(IMethodSymbol method) => Path(method).First();

    /// <summary><c>Traps.Handle → Scheduler.SwitchFrom → …</c></summary>
    internal string Chain(IMethodSymbol method, string? end = null)
    {
        string chain = string.Join(Arrow, Path(method).Select(Name));
        return end is null ? chain : chain + Arrow + end;
    }

    private void Enter(IMethodSymbol method, IMethodSymbol? caller)
    {
        if (!_callers.ContainsKey(method))
        {
            _callers.Add(method, caller);
            _methods.Add(method);
        }
    }

    private Stack<IMethodSymbol> Path(IMethodSymbol method)
    {
        Stack<IMethodSymbol> path = new();
        for (IMethodSymbol? current = method; current is not null; current = _callers[current])
        {
            path.Push(current);
        }

        return path;
    }
}
