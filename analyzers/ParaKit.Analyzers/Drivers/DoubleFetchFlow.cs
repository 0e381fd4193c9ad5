using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>PK0401: which values of shared memory are already known, and are read again all the same.</summary>
/// <param name="graph">The body.</param>
/// <param name="api">What symbols mean.</param>
/// <param name="report">Takes the second fetch and the first.</param>
internal sealed class DoubleFetchFlow(ControlFlowGraph graph, DriverApi api, Action<Fetch, Fetch> report) : ForwardFlow<ImmutableHashSet<Fetch>>(graph)
{
    /// <summary>After these a new value is what the code is after.</summary>
    internal const DriverRoles LooksAgain = DriverRoles.WriteBarrier | DriverRoles.MaySleep | DriverRoles.TakesEntry | DriverRoles.FinalCheck | DriverRoles.NotifiesPeer;

    // The graph's own operations have none.
    private readonly SemanticModel? _model = graph.OriginalOperation.SemanticModel;

    protected override bool Join(ref ImmutableHashSet<Fetch> state, ImmutableHashSet<Fetch> arriving) => Sets.Union(ref state, arriving);

    protected override bool Visit(IOperation operation, ref ImmutableHashSet<Fetch> state)
    {
        if (operation is IFieldReferenceOperation { Field.IsFixedSizeBuffer: false } reference && operation.Parent is not IFieldReferenceOperation && api.IsShared(reference, _model))
        {
            Access(reference, Fetch.Of(reference, _model), ref state);
        }
        else if (api.IsSharedWhole(operation) || (operation.Parent is not IFieldReferenceOperation && api.IsSharedPart(operation, _model)))
        {
            Access(operation, Fetch.OfWhole(operation, _model), ref state);
        }

        if (operation.StoreTarget() is { } target && Resolve(target).Named() is { } symbol)
        {
            state = state.Except(state.Where(fetch => fetch.DependsOn(symbol)));
        }

        if (operation is IInvocationOperation call)
        {
            DriverRoles roles = api.RolesOf(call.TargetMethod);
            state = (roles & LooksAgain) != 0 ? []
                : (roles & (DriverRoles.VolatileRead | DriverRoles.VolatileWrite)) != 0 ? state
                : IsHarmless(call.TargetMethod) ? state
                : state.Except(state.Where(static fetch => fetch.DependsOnState()));
            return (roles & DriverRoles.DoesNotReturn) == 0;
        }

        return true;
    }

    // A method of this compilation that neither stores nor calls leads the same words to the same memory.
    private static bool IsHarmless(IMethodSymbol method) =>
        method is { IsVirtual: false, IsAbstract: false, IsOverride: false, DeclaringSyntaxReferences.Length: 1 } &&
        method.DeclaringSyntaxReferences[0].GetSyntax() is BaseMethodDeclarationSyntax { Body: { } body } &&
        !body.DescendantNodes().Any(static node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax || Places.Changed(node) is not null);

    private void Access(IOperation operation, Fetch? fetch, ref ImmutableHashSet<Fetch> state)
    {
        if (fetch is null)
        {
            return;
        }

        if (SharedAccess.KindOf(api, operation) is not AccessKind.Read)
        {
            state = state.Except(state.Where(known => known.Place == fetch.Place));
            return;
        }

        if (state.FirstOrDefault(fetch.Repeats) is { } first && !IsComparison(operation))
        {
            report(fetch, first);
        }

        state = state.Add(fetch);
    }

    // 'do … while (version != header->Version)' looks whether the value has changed, on purpose.
    private static bool IsComparison(IOperation fetch)
    {
        IOperation operand = fetch;
        while (operand.Parent is IConversionOperation or IArgumentOperation or IInvocationOperation { TargetMethod.ContainingType.Name: "Volatile" })
        {
            operand = operand.Parent;
        }

        return operand.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison &&
            (comparison.LeftOperand == operand ? comparison.RightOperand : comparison.LeftOperand).Unconverted() is ILocalReferenceOperation;
    }
}
