using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Which masking calls are still in force at the end of a body.</summary>
/// <param name="graph">The body.</param>
/// <param name="effectOf">What a call does to the interrupt flag, by itself or through what it calls.</param>
/// <param name="returns">Whether a call returns.</param>
internal sealed class MaskFlow(ControlFlowGraph graph, Func<IMethodSymbol, MaskEffect> effectOf, Func<IMethodSymbol, bool> returns)
    : ForwardFlow<ImmutableHashSet<IInvocationOperation>>(graph)
{
    /// <summary>The masking calls after which some path reaches the end without unmasking, in source order.</summary>
    internal IEnumerable<IInvocationOperation> Unbalanced() =>
        TryRun([], out var atEnd) ? atEnd.OrderBy(static call => call.Syntax.SpanStart) : [];

    protected override bool Join(ref ImmutableHashSet<IInvocationOperation> state, ImmutableHashSet<IInvocationOperation> arriving) => Sets.Union(ref state, arriving);

    protected override bool Visit(IOperation operation, ref ImmutableHashSet<IInvocationOperation> state)
    {
        if (operation is not IInvocationOperation call)
        {
            return true;
        }

        state = effectOf(call.TargetMethod) switch
        {
            MaskEffect.Masks => [call],
            MaskEffect.Unmasks => [],
            _ => state,
        };
        return returns(call.TargetMethod);
    }
}
