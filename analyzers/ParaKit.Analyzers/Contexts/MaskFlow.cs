using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Data flow over one body: which masking calls are still in force at its end.</summary>
/// <param name="flow">The body.</param>
/// <param name="effectOf">What a call does to the interrupt flag, by itself or through what it calls.</param>
/// <param name="returns">Whether a call returns.</param>
internal sealed class MaskFlow(ControlFlowGraph flow, Func<IMethodSymbol, MaskEffect> effectOf, Func<IMethodSymbol, bool> returns)
{
    /// <summary>The masking calls after which some path reaches the end without unmasking, in source order.</summary>
    internal IEnumerable<IInvocationOperation> Unbalanced() =>
        Run(0, flow.Blocks.Length - 1, [], static (_, _) => false)[flow.Blocks.Length - 1] is { } atEnd
            ? atEnd.OrderBy(static call => call.Syntax.SpanStart)
            : [];

    // A null state is code that is not reached.
    private ImmutableHashSet<IInvocationOperation>?[] Run(
        int first, int last, ImmutableHashSet<IInvocationOperation> entry, Func<BasicBlock, ImmutableHashSet<IInvocationOperation>, bool> leave)
    {
        var states = new ImmutableHashSet<IInvocationOperation>?[flow.Blocks.Length];
        states[first] = entry;
        Queue<int> pending = new([first]);
        while (pending.Count > 0)
        {
            BasicBlock block = flow.Blocks[pending.Dequeue()];
            if (After(block, states[block.Ordinal]!) is not { } state || leave(block, state))
            {
                continue;
            }

            foreach (ControlFlowBranch branch in Branches(block))
            {
                if (branch.Destination is { } destination && destination.Ordinal >= first && destination.Ordinal <= last &&
                    ThroughFinally(branch, state) is { } arriving && Merge(ref states[destination.Ordinal], arriving))
                {
                    pending.Enqueue(destination.Ordinal);
                }
            }
        }

        return states;
    }

    private static IEnumerable<ControlFlowBranch> Branches(BasicBlock block)
    {
        bool? decided = block.BranchValue?.ConstantValue is { HasValue: true, Value: bool value }
            ? value == (block.ConditionKind == ControlFlowConditionKind.WhenTrue)
            : null;
        if (block.ConditionalSuccessor is { } conditional && decided != false)
        {
            yield return conditional;
        }

        if (block.FallThroughSuccessor is { } next && (block.ConditionKind == ControlFlowConditionKind.None || decided != true))
        {
            yield return next;
        }
    }

    private ImmutableHashSet<IInvocationOperation>? ThroughFinally(ControlFlowBranch branch, ImmutableHashSet<IInvocationOperation> state)
    {
        ImmutableHashSet<IInvocationOperation>? current = state;
        foreach (ControlFlowRegion region in branch.FinallyRegions)
        {
            ImmutableHashSet<IInvocationOperation>? left = null;
            Run(region.FirstBlockOrdinal, region.LastBlockOrdinal, current, (block, after) =>
            {
                bool ends = block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.StructuredExceptionHandling;
                left = ends ? left?.Union(after) ?? after : left;
                return ends && block.ConditionalSuccessor is null;
            });
            if (left is null)
            {
                return null;
            }

            current = left;
        }

        return current;
    }

    private static bool Merge(ref ImmutableHashSet<IInvocationOperation>? state, ImmutableHashSet<IInvocationOperation> arriving)
    {
        ImmutableHashSet<IInvocationOperation> merged = state?.Union(arriving) ?? arriving;
        bool changed = state is null || merged.Count != state.Count;
        state = merged;
        return changed;
    }

    private ImmutableHashSet<IInvocationOperation>? After(BasicBlock block, ImmutableHashSet<IInvocationOperation> state)
    {
        IEnumerable<IOperation> operations = block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations;
        foreach (IInvocationOperation call in operations.SelectMany(CallsInOrder))
        {
            if (!returns(call.TargetMethod))
            {
                return null;
            }

            state = effectOf(call.TargetMethod) switch
            {
                MaskEffect.Masks => [call],
                MaskEffect.Unmasks => [],
                _ => state,
            };
        }

        return state;
    }

    private static IEnumerable<IInvocationOperation> CallsInOrder(IOperation operation)
    {
        foreach (IInvocationOperation nested in operation.ChildOperations.SelectMany(CallsInOrder))
        {
            yield return nested;
        }

        if (operation is IInvocationOperation call)
        {
            yield return call;
        }
    }
}
