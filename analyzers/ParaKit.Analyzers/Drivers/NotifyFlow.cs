using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>PK0303: whether the other side's event index is looked at between publication and notification.</summary>
/// <param name="graph">The body.</param>
/// <param name="api">What symbols mean.</param>
/// <param name="report">Takes the call that notifies.</param>
internal sealed class NotifyFlow(ControlFlowGraph graph, DriverApi api, Action<IInvocationOperation> report) : PathFlow(graph, api)
{
    /// <summary>Nothing was published, or the event index decides.</summary>
    internal const int Checked = 1;

    private const int Published = 2;

    protected override void Call(IInvocationOperation call, DriverRoles roles, ref int state)
    {
        if ((roles & DriverRoles.NotifyCheck) != 0)
        {
            state = call.IsDiscarded() ? Published : Checked;
        }
        else if ((roles & DriverRoles.NotifiesPeer) != 0)
        {
            if ((state & Published) != 0)
            {
                report(call);
            }

            state = Checked;
        }
    }

    protected override void Read(IFieldReferenceOperation field, DriverRoles roles, ref int state)
    {
        if ((roles & DriverRoles.EventIndex) != 0)
        {
            state = Checked;
        }
    }

    protected override void Write(IOperation store, IOperation target, DriverRoles roles, ref int state)
    {
        if ((roles & DriverRoles.ProducerIndex) != 0 && (roles & DriverRoles.HasEvents) != 0 && !IsPreparation(store))
        {
            state = Published;
        }
    }
}
