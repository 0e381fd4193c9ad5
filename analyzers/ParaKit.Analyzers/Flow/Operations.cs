using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ParaKit.Analyzers.Flow;

/// <summary>Small questions about operations and graphs.</summary>
internal static class Operations
{
    /// <summary>The operation under conversions and parentheses.</summary>
    internal static IOperation Unconverted(this IOperation operation)
    {
        while (operation is IConversionOperation or IParenthesizedOperation && operation.ChildOperations.Any())
        {
            operation = operation.ChildOperations.First();
        }

        return operation;
    }

    /// <summary>True when nothing uses the operation's value.</summary>
    internal static bool IsDiscarded(this IOperation operation) =>
        operation.Parent is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

    /// <summary>The variable or field that an operation stores to, or null.</summary>
    internal static IOperation? StoreTarget(this IOperation operation) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target,
        IIncrementOrDecrementOperation increment => increment.Target,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value,
        _ => null,
    };

    /// <summary>The local, parameter, field or property that an operation names, or null.</summary>
    internal static ISymbol? Named(this IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IMemberReferenceOperation member => member.Member,
        _ => null,
    };

    /// <summary>The graph of a body, or null when the operation is none.</summary>
    internal static ControlFlowGraph? Flow(this IOperation root) => root switch
    {
        IMethodBodyOperation body => ControlFlowGraph.Create(body),
        IConstructorBodyOperation body => ControlFlowGraph.Create(body),
        IBlockOperation { Parent: null } body => ControlFlowGraph.Create(body),
        _ => null,
    };

    /// <summary>The graph and those of the lambdas and local functions in it.</summary>
    internal static IEnumerable<ControlFlowGraph> WithNested(this ControlFlowGraph graph)
    {
        yield return graph;
        IEnumerable<ControlFlowGraph> nested = graph.LocalFunctions.Select(function => graph.GetLocalFunctionControlFlowGraph(function))
            .Concat(graph.Blocks.SelectMany(static block => block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
                .SelectMany(static operation => operation.DescendantsAndSelf()).OfType<IFlowAnonymousFunctionOperation>()
                .Select(lambda => graph.GetAnonymousFunctionControlFlowGraph(lambda)));
        foreach (ControlFlowGraph inner in nested.SelectMany(WithNested))
        {
            yield return inner;
        }
    }
}
