using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>PK0402: whether a write barrier lies between the entries and the producer index that publishes them.</summary>
/// <param name="graph">The body.</param>
/// <param name="api">What symbols mean.</param>
/// <param name="report">Takes the store that publishes and its field.</param>
internal sealed class PublicationFlow(ControlFlowGraph graph, DriverApi api, Action<IOperation, IFieldReferenceOperation> report) : PathFlow(graph, api)
{
    /// <summary>Entries may not be visible yet; also at the start, for what the caller has put.</summary>
    internal const int Unordered = 1;

    private const int Ordered = 2;

    protected override void Call(IInvocationOperation call, DriverRoles roles, ref int state)
    {
        if ((roles & (DriverRoles.WriteBarrier | DriverRoles.NotifyCheck)) != 0)
        {
            state = Ordered;
        }
    }

    protected override void Write(IOperation store, IOperation target, DriverRoles roles, ref int state)
    {
        if ((roles & DriverRoles.ProducerIndex) != 0)
        {
            if ((state & Unordered) != 0 && store is not IInvocationOperation && !IsPreparation(store))
            {
                report(store, (IFieldReferenceOperation)target);
            }
        }
        else if ((roles & (DriverRoles.EventIndex | DriverRoles.ConsumerIndex)) == 0 && IsThroughPointer(target) && store is not IInvocationOperation { TargetMethod.ContainingType.Name: "Interlocked" })
        {
            state = Unordered;
        }
    }

    private static bool IsThroughPointer(IOperation target) => target.Unconverted() switch
    {
        { Kind: OperationKind.None } place => place.ChildOperations.Any(),
        IFieldReferenceOperation { Instance: { } instance } => IsThroughPointer(instance),
        IPropertyReferenceOperation property => property.Property.RefKind != RefKind.None,
        ILocalReferenceOperation local => local.Local.RefKind != RefKind.None && local.Type is { IsValueType: true },
        _ => false,
    };
}
