using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace ParaKit.Analyzers.Contexts;

/// <summary>What one method body does, as far as kernel contexts are concerned. Filled by one thread, read when all are done.</summary>
internal sealed class MethodFacts
{
    internal List<Call> Calls { get; } = [];

    internal List<Allocation> Allocations { get; } = [];

    /// <summary>True when the body contains an operation that unmasks interrupts.</summary>
    internal bool Unmasks { get; set; }

    /// <summary>True when no path leads to the end.</summary>
    internal bool NeverReturns { get; set; }

    /// <summary>Kept for bodies that mask interrupts; null for all others.</summary>
    internal ControlFlowGraph? MaskingFlow { get; set; }
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
