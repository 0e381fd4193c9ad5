using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>PK0405 and PK0406: which locals hold a grant that still holds, and which of them and of the object's own fields one that was ended.</summary>
/// <param name="graph">The body.</param>
/// <param name="api">What symbols mean.</param>
/// <param name="lose">Takes the call whose grant nobody ends.</param>
/// <param name="reuse">Takes the use of a grant that was ended.</param>
/// <param name="misplace">Takes the end of a grant that on some path was handed over before, or never made; no rule reports it.</param>
internal sealed class GrantFlow(ControlFlowGraph graph, DriverApi api, Action<IInvocationOperation> lose, Action<IOperation> reuse, Action<IOperation>? misplace = null) : ForwardFlow<ImmutableHashSet<GrantFact>>(graph)
{
    // What a lambda or local function does with a local, and when, nobody knows.
    private readonly Lazy<HashSet<string>> _captured = new(() => CapturedNames(graph));

    internal void Run()
    {
        if (TryRun([], out var atEnd))
        {
            // A field outlives the method.
            LoseAll(atEnd.Where(static fact => fact.Variable is not IFieldSymbol));
        }
    }

    protected override bool Join(ref ImmutableHashSet<GrantFact> state, ImmutableHashSet<GrantFact> arriving) => Sets.Union(ref state, arriving);

    protected override bool Visit(IOperation operation, ref ImmutableHashSet<GrantFact> state)
    {
        switch (operation)
        {
            case ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation when IsVariable(operation):
                Use(operation, ref state);
                break;
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation } assignment when IsVariable(assignment.Target):
                Assign(assignment.Target.Named()!, Resolve(assignment.Value) as IInvocationOperation, ref state);
                break;
            case IInvocationOperation call:
                DriverRoles roles = api.RolesOf(call.TargetMethod);
                Acquire(call, roles, ref state);
                End(call, roles, ref state);
                state = state.Except(state.Where(fact => fact.Ended != call && MayChange(call, fact.Variable)));
                return (roles & DriverRoles.DoesNotReturn) == 0;
            default:
                break;
        }

        return true;
    }

    // A method that says false has granted nothing, or has not ended it.
    protected override void Decide(IOperation condition, bool value, ref ImmutableHashSet<GrantFact> state)
    {
        if (!value && condition.Unconverted() is IInvocationOperation call)
        {
            state = Release(state, fact => fact.Acquired == call);
            foreach (GrantFact fact in state.Where(fact => fact.Ended == call))
            {
                state = state.Remove(fact);
                state = fact.Acquired is null ? state : state.Add(fact with { Ended = null });
            }
        }
    }

    private void Use(IOperation reference, ref ImmutableHashSet<GrantFact> state)
    {
        ISymbol symbol = reference.Named()!;
        if (!state.Any(fact => fact.IsOf(symbol)) || IsTarget(reference) || IsEnding(reference))
        {
            return;
        }

        if (state.Any(fact => fact.IsOf(symbol) && fact.IsEnded))
        {
            reuse(reference);
        }

        // Its number, or a comparison, is looked at; anything else hands it over.
        if (reference.Parent is not (IMemberReferenceOperation or IBinaryOperation or IInvocationOperation))
        {
            state = Release(state, fact => fact.IsOf(symbol));
        }
    }

    private void Assign(ISymbol variable, IInvocationOperation? call, ref ImmutableHashSet<GrantFact> state)
    {
        state = Overwrite(state, variable);
        if (call is not null && IsGrant(call.TargetMethod) && IsTracked(variable))
        {
            state = state.Add(new GrantFact(variable, call, null));
        }
    }

    private void Acquire(IInvocationOperation call, DriverRoles roles, ref ImmutableHashSet<GrantFact> state)
    {
        if ((roles & DriverRoles.AcquiresGrant) == 0)
        {
            return;
        }

        if (IsGrant(call.TargetMethod) && call.IsDiscarded())
        {
            lose(call);
        }

        foreach (IArgumentOperation argument in call.Arguments.Where(argument => argument.Parameter is { } parameter && api.Is(parameter, DriverRoles.AcquiresGrant)))
        {
            IOperation target = argument.StoreTarget()?.Unconverted() ?? argument.Value;
            if (target is IDiscardOperation)
            {
                lose(call);
            }
            else if (target is ILocalReferenceOperation or IFieldReferenceOperation && IsVariable(target) && target.Named() is { } variable)
            {
                state = Overwrite(state, variable);
                state = IsTracked(variable) ? state.Add(new GrantFact(variable, call, null)) : state;
            }
        }
    }

    private void End(IInvocationOperation call, DriverRoles roles, ref ImmutableHashSet<GrantFact> state)
    {
        if ((roles & DriverRoles.EndsGrant) == 0)
        {
            return;
        }

        foreach (IArgumentOperation argument in call.Arguments.Where(argument => argument.Parameter is { } parameter && api.Is(parameter, DriverRoles.EndsGrant)))
        {
            if (!IsVariable(argument.Value.Unconverted()) || argument.Value.Unconverted().Named() is not { } symbol)
            {
                continue;
            }

            if (state.Any(fact => fact.IsOf(symbol) && fact.IsEnded))
            {
                reuse(argument.Value);
            }

            if (state.Any(fact => fact.IsOf(symbol) && fact.IsGone))
            {
                misplace?.Invoke(argument.Value);
            }

            GrantFact[] ended = [.. state.Where(fact => fact.IsOf(symbol)).DefaultIfEmpty(new GrantFact(symbol, null, null))];
            state = Forget(state, symbol);

            // Whether it was ended is known where the result decides, or where nobody asks.
            if ((call.Parent is null || call.IsDiscarded()) && IsTracked(symbol))
            {
                state = state.Union(ended.Select(fact => fact with { Ended = call }));
            }
        }
    }

    // Fields of this object only: which other objects are the same nobody knows.
    private static bool IsVariable(IOperation operation) => operation is ILocalReferenceOperation or IParameterReferenceOperation or
        IFieldReferenceOperation { Field.IsVolatile: false, Instance: null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } };

    // A method of the same type, or one that may be, can store to its fields, and so can one that gets the object.
    private static bool MayChange(IInvocationOperation call, ISymbol variable) => variable is IFieldSymbol { IsReadOnly: false } field && call.TargetMethod is var method &&
        (method.IsVirtual || method.IsAbstract || method.IsOverride || method.MethodKind is MethodKind.DelegateInvoke or MethodKind.LocalFunction ||
            SymbolEqualityComparer.Default.Equals(method.ContainingType.OriginalDefinition, field.ContainingType.OriginalDefinition) ||
            call.Arguments.Any(static argument => argument.Value.Unconverted() is IInstanceReferenceOperation));

    // Marked itself, not only through a parameter.
    private bool IsGrant(IMethodSymbol method) => !method.ReturnsVoid && api.Is(method, DriverRoles.AcquiresGrant) && !method.Parameters.Any(parameter => api.Is(parameter, DriverRoles.AcquiresGrant));

    private bool IsTracked(ISymbol symbol) => symbol is not (ILocalSymbol { RefKind: not RefKind.None } or IParameterSymbol { RefKind: not RefKind.None }) && !_captured.Value.Contains(symbol.Name);

    private static bool IsTarget(IOperation reference) =>
        (reference.Parent is IAssignmentOperation assignment && assignment.Target == reference) || reference.Parent is IDeclarationExpressionOperation ||
        reference.Parent is IArgumentOperation { Parameter.RefKind: RefKind.Out };

    private bool IsEnding(IOperation reference)
    {
        IOperation? parent = reference.Parent;
        while (parent is IConversionOperation)
        {
            parent = parent.Parent;
        }

        return parent is IArgumentOperation { Parameter: { } parameter } && api.Is(parameter, DriverRoles.EndsGrant);
    }

    private static ImmutableHashSet<GrantFact> Release(ImmutableHashSet<GrantFact> state, Func<GrantFact, bool> which)
    {
        GrantFact[] held = [.. state.Where(fact => fact.IsHeld && which(fact))];
        return state.Except(held).Union(held.Select(static fact => fact with { IsGone = true }));
    }

    // What held the only name of a grant that still holds gets another value.
    private ImmutableHashSet<GrantFact> Overwrite(ImmutableHashSet<GrantFact> state, ISymbol symbol)
    {
        LoseAll(state.Where(fact => fact.IsOf(symbol)));
        return Forget(state, symbol);
    }

    private void LoseAll(IEnumerable<GrantFact> facts)
    {
        foreach (GrantFact fact in facts.Where(static fact => fact.IsHeld && fact.Acquired is not null))
        {
            lose(fact.Acquired!);
        }
    }

    private static ImmutableHashSet<GrantFact> Forget(ImmutableHashSet<GrantFact> state, ISymbol symbol) => state.Except(state.Where(fact => fact.IsOf(symbol)));

    private static HashSet<string> CapturedNames(ControlFlowGraph graph) => new(
        graph.WithNested().Skip(1).SelectMany(static nested => nested.Blocks).SelectMany(static block => block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
            .SelectMany(static operation => operation.DescendantsAndSelf()).Select(static operation => operation.Named()?.Name).OfType<string>(),
        StringComparer.Ordinal);
}

/// <summary>A grant in a local variable, parameter or field.</summary>
/// <param name="Variable">What holds it.</param>
/// <param name="Acquired">The call that granted; null for parameters and fields.</param>
/// <param name="Ended">The call that ended it, or null while it holds.</param>
/// <param name="IsGone">True when it was handed over, or not made after all: nobody needs to end it here.</param>
internal sealed record GrantFact(ISymbol Variable, IInvocationOperation? Acquired, IInvocationOperation? Ended, bool IsGone = false)
{
    internal bool IsEnded => Ended is not null;

    internal bool IsHeld => !IsEnded && !IsGone;

    internal bool IsOf(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(Variable, symbol);
}
