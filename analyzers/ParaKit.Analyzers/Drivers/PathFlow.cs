using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>A protocol that each path goes through in steps: the state is the set of steps that some path has come to.</summary>
/// <param name="graph">The body.</param>
/// <param name="api">What symbols mean.</param>
internal abstract class PathFlow(ControlFlowGraph graph, DriverApi api) : ForwardFlow<int>(graph)
{
    protected DriverApi Api => api;

    protected sealed override bool Join(ref int state, int arriving)
    {
        bool changed = (state | arriving) != state;
        state |= arriving;
        return changed;
    }

    protected sealed override bool Visit(IOperation operation, ref int state)
    {
        DriverRoles roles = operation is IInvocationOperation call ? api.RolesOf(call.TargetMethod) : DriverRoles.None;
        if (roles != DriverRoles.None)
        {
            Call((IInvocationOperation)operation, roles, ref state);
        }

        if (operation is IFieldReferenceOperation field && api.IsShared(field) && SharedAccess.KindOf(api, field) is AccessKind.Read)
        {
            Read(field, api.RolesOf(field.Field), ref state);
        }

        if (Stored(operation, roles) is { } target)
        {
            Write(operation, target, target is IFieldReferenceOperation stored && api.IsShared(stored) ? api.RolesOf(stored.Field) : DriverRoles.None, ref state);
        }

        return (roles & DriverRoles.DoesNotReturn) == 0;
    }

    /// <summary>A call of a method that means something to drivers.</summary>
    protected virtual void Call(IInvocationOperation call, DriverRoles roles, ref int state)
    {
    }

    /// <summary>A read of a field of shared memory.</summary>
    protected virtual void Read(IFieldReferenceOperation field, DriverRoles roles, ref int state)
    {
    }

    /// <summary>A store, also by Volatile.Write or Interlocked; the roles are those of a field of shared memory.</summary>
    protected virtual void Write(IOperation store, IOperation target, DriverRoles roles, ref int state)
    {
    }

    /// <summary>True for the stores that prepare a ring, before the other side looks at it.</summary>
    protected static bool IsPreparation(IOperation store) => store switch
    {
        ISimpleAssignmentOperation assignment => assignment.Value.ConstantValue.HasValue,
        IInvocationOperation { Arguments.Length: 2 } call => call.Arguments[1].Value.ConstantValue.HasValue,
        _ => false,
    };

    private IOperation? Stored(IOperation operation, DriverRoles roles) => operation switch
    {
        IAssignmentOperation { Parent: not IObjectOrCollectionInitializerOperation } assignment => Resolve(assignment.Target),
        IIncrementOrDecrementOperation increment => Resolve(increment.Target),
        IInvocationOperation { Arguments.Length: > 0 } call when (roles & (DriverRoles.VolatileWrite | DriverRoles.WriteBarrier)) != 0 && call.Arguments[0].Parameter?.RefKind == RefKind.Ref => Resolve(call.Arguments[0].Value),
        _ => null,
    };
}
