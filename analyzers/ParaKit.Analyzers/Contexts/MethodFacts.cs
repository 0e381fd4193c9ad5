using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace ParaKit.Analyzers.Contexts;

/// <summary>What one method does, as far as kernel contexts are concerned: read from its bodies when somebody asks, once all are known.</summary>
internal sealed class MethodFacts
{
    private readonly List<MethodBody> _bodies = [];
    private readonly List<Call> _calls = [];
    private readonly List<Allocation> _allocations = [];
    private bool _unmasks;
    private bool _neverReturns;
    private ControlFlowGraph? _maskingFlow;

    internal List<Call> Calls => Read()._calls;

    internal List<Allocation> Allocations => Read()._allocations;

    /// <summary>True when the body contains an operation that unmasks interrupts.</summary>
    internal bool Unmasks
    {
        get => Read()._unmasks;
        set => _unmasks = value;
    }

    /// <summary>True when no path leads to the end.</summary>
    internal bool NeverReturns
    {
        get => Read()._neverReturns;
        set => _neverReturns = value;
    }

    /// <summary>Kept for bodies that mask interrupts; null for all others.</summary>
    internal ControlFlowGraph? MaskingFlow
    {
        get => Read()._maskingFlow;
        set => _maskingFlow = value;
    }

    internal void AddBody(MethodBody body) => _bodies.Add(body);

    // Taken out first: reading a body adds to these facts.
    private MethodFacts Read()
    {
        if (_bodies.Count > 0)
        {
            MethodBody[] bodies = [.. _bodies];
            _bodies.Clear();
            foreach (MethodBody body in bodies)
            {
                body.Read(this);
            }
        }

        return this;
    }
}

/// <summary>A call in a body.</summary>
/// <param name="Target">The called method's definition.</param>
/// <param name="Receiver">Type of the object when the call may reach overrides; null when it reaches the target only.</param>
/// <param name="Location">The call.</param>
/// <param name="IsBounded">True when an argument gets smaller with each round, and the caller looks at it.</param>
/// <param name="AfterUnmask">True when interrupts were unmasked earlier in the body.</param>
internal sealed record Call(IMethodSymbol Target, ITypeSymbol? Receiver, Location Location, bool IsBounded, bool AfterUnmask);

/// <summary>Memory taken from the managed heap.</summary>
/// <param name="What">As in "a new 'Node'".</param>
/// <param name="Location">Where.</param>
internal sealed record Allocation(string What, Location Location);
