using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>PK0403: whether code that found a ring empty asks for a notification and looks again before it sleeps.</summary>
/// <param name="graph">The body.</param>
/// <param name="api">What symbols mean.</param>
/// <param name="report">Takes the call that sleeps.</param>
internal sealed class FinalCheckFlow(ControlFlowGraph graph, DriverApi api, Action<IInvocationOperation> report) : PathFlow(graph, api)
{
    /// <summary>Nothing is known of a ring, or all that must be.</summary>
    internal const int Idle = 1;

    private const int Found = 2;
    private const int Asked = 4;

    // The index of a ring that this code fills says nothing about the other side.
    private readonly ILookup<string, IFieldSymbol> _own = graph.Blocks.SelectMany(static block => block.Operations).SelectMany(static operation => operation.DescendantsAndSelf())
        .Select(static operation => operation.StoreTarget()?.Unconverted()).OfType<IFieldReferenceOperation>().ToLookup(static target => target.Field.Name, static target => target.Field);

    protected override void Call(IInvocationOperation call, DriverRoles roles, ref int state)
    {
        if ((roles & DriverRoles.TakesEntry) != 0)
        {
            state = Look(state);
        }
        else if ((roles & DriverRoles.FinalCheck) != 0)
        {
            state = Idle;
        }
        else if ((roles & DriverRoles.MaySleep) != 0)
        {
            if ((state & (Found | Asked)) != 0)
            {
                report(call);
            }

            state = Idle;
        }
    }

    protected override void Read(IFieldReferenceOperation field, DriverRoles roles, ref int state)
    {
        if ((roles & DriverRoles.ProducerIndex) != 0 && (roles & DriverRoles.HasEvents) != 0 && !_own[field.Field.Name].Contains(field.Field, SymbolEqualityComparer.Default))
        {
            state = Look(state);
        }
    }

    protected override void Write(IOperation store, IOperation target, DriverRoles roles, ref int state)
    {
        if ((roles & DriverRoles.EventIndex) != 0 && !IsPreparation(store))
        {
            state = Asked;
        }
    }

    private static int Look(int state) => ((state & Asked) != 0 ? Idle : 0) | ((state & (Idle | Found)) != 0 ? Found : 0);
}
