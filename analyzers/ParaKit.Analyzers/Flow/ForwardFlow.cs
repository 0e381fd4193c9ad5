using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace ParaKit.Analyzers.Flow;

/// <summary>Forward data flow over one body: what holds at each operation, over all paths that lead there.</summary>
/// <remarks>
/// Blocks are visited until nothing changes, so an operation may be visited more than once, each time with a state that covers more paths.
/// States must grow towards a limit; then whatever was found on the way remains true.
/// </remarks>
/// <typeparam name="TState">An immutable value.</typeparam>
/// <param name="graph">The body.</param>
internal abstract class ForwardFlow<TState>(ControlFlowGraph graph)
{
    private ILookup<CaptureId, IOperation>? _captures;

    /// <summary>The state at the end of the body, or false when no path leads there.</summary>
    internal bool TryRun(TState entry, out TState atEnd)
    {
        Slot end = Run(0, graph.Blocks.Length - 1, entry, static (_, _) => false)[graph.Blocks.Length - 1];
        atEnd = end.State;
        return end.IsReached;
    }

    /// <summary>Adds what holds on one more path; false when that is nothing new.</summary>
    protected abstract bool Join(ref TState state, TState arriving);

    /// <summary>Takes one operation into account, after its operands; false when control does not get past it.</summary>
    protected abstract bool Visit(IOperation operation, ref TState state);

    /// <summary>Takes into account that the value at the end of a block was true or false.</summary>
    protected virtual void Decide(IOperation condition, bool value, ref TState state)
    {
    }

    /// <summary>What a temporary of the graph stands for, without conversions; the operation itself for all others.</summary>
    protected IOperation Resolve(IOperation operation)
    {
        for (int depth = 0; depth < 8; depth++)
        {
            operation = operation.Unconverted();
            if (operation is not IFlowCaptureReferenceOperation reference || Captured(reference) is not { } captured)
            {
                break;
            }

            operation = captured;
        }

        return operation;
    }

    // A temporary that is filled on two paths stands for neither.
    private IOperation? Captured(IFlowCaptureReferenceOperation reference)
    {
        _captures ??= graph.Blocks.SelectMany(static block => block.Operations).OfType<IFlowCaptureOperation>()
            .ToLookup(static capture => capture.Id, static capture => capture.Value);
        IOperation[] captured = [.. _captures[reference.Id].Take(2)];
        return captured.Length == 1 ? captured[0] : null;
    }

    private Slot[] Run(int first, int last, TState entry, Leaves leaves)
    {
        var states = new Slot[graph.Blocks.Length];
        states[first] = new Slot { IsReached = true, State = entry };
        Queue<int> pending = new([first]);
        while (pending.Count > 0)
        {
            BasicBlock block = graph.Blocks[pending.Dequeue()];
            TState state = states[block.Ordinal].State;
            if (!VisitAll(block, ref state) || leaves(block, state))
            {
                continue;
            }

            foreach (ControlFlowBranch branch in Branches(block))
            {
                TState arriving = state;
                if (block.BranchValue is { } condition && block.ConditionKind != ControlFlowConditionKind.None)
                {
                    Decide(condition, branch.IsConditionalSuccessor == (block.ConditionKind == ControlFlowConditionKind.WhenTrue), ref arriving);
                }

                if (branch.Destination is { } destination && destination.Ordinal >= first && destination.Ordinal <= last &&
                    ThroughFinally(branch, ref arriving) && Arrive(ref states[destination.Ordinal], arriving))
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

    private bool ThroughFinally(ControlFlowBranch branch, ref TState state)
    {
        foreach (ControlFlowRegion region in branch.FinallyRegions)
        {
            Slot left = default;
            Run(region.FirstBlockOrdinal, region.LastBlockOrdinal, state, (block, after) =>
            {
                bool ends = block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.StructuredExceptionHandling;
                if (ends)
                {
                    Arrive(ref left, after);
                }

                return ends && block.ConditionalSuccessor is null;
            });
            if (!left.IsReached)
            {
                return false;
            }

            state = left.State;
        }

        return true;
    }

    private bool Arrive(ref Slot slot, TState arriving)
    {
        if (slot.IsReached)
        {
            return Join(ref slot.State, arriving);
        }

        slot = new Slot { IsReached = true, State = arriving };
        return true;
    }

    private bool VisitAll(BasicBlock block, ref TState state)
    {
        foreach (IOperation root in block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
        {
            foreach (IOperation operation in InEvaluationOrder(root))
            {
                if (!Visit(operation, ref state))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Operands before what uses them; without recursion, because chains of operators can be thousands long.
    private static Stack<IOperation> InEvaluationOrder(IOperation root)
    {
        Stack<IOperation> order = new();
        Stack<IOperation> pending = new([root]);
        while (pending.Count > 0)
        {
            IOperation operation = pending.Pop();
            order.Push(operation);
            foreach (IOperation operand in operation.ChildOperations)
            {
                pending.Push(operand);
            }
        }

        return order;
    }

    private delegate bool Leaves(BasicBlock block, TState state);

    private struct Slot
    {
        internal bool IsReached;
        internal TState State;
    }
}
