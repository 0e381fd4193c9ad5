using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>PK0404: which locals hold a free-running index when something is chosen by them.</summary>
/// <param name="graph">The body.</param>
/// <param name="api">What symbols mean.</param>
/// <param name="report">Takes the index that lacks its mask.</param>
internal sealed class IndexFlow(ControlFlowGraph graph, DriverApi api, Action<IOperation> report) : ForwardFlow<ImmutableHashSet<ISymbol>>(graph)
{
    private readonly Lazy<ImmutableArray<IBinaryOperation>> _comparisons = new(() => Comparisons(graph));

    /// <summary>No local holds an index.</summary>
    internal static ImmutableHashSet<ISymbol> None { get; } = ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);

    protected override bool Join(ref ImmutableHashSet<ISymbol> state, ImmutableHashSet<ISymbol> arriving) => Sets.Union(ref state, arriving);

    protected override bool Visit(IOperation operation, ref ImmutableHashSet<ISymbol> state)
    {
        foreach (IOperation index in Indices(operation))
        {
            if (IsFree(index, state) && !IsBounded(index.Unconverted().Syntax, state))
            {
                report(index.Unconverted());
            }
        }

        if (operation is IAssignmentOperation assignment && Resolve(assignment.Target) is ILocalReferenceOperation { Local: { } local })
        {
            bool isFree = assignment is ICompoundAssignmentOperation { OperatorKind: var kind }
                ? kind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract && (state.Contains(local) || IsFree(assignment.Value, state))
                : IsFree(assignment.Value, state);
            state = isFree ? state.Add(local) : state.Remove(local);
        }

        return true;
    }

    private static ImmutableArray<IOperation> Indices(IOperation operation) => operation switch
    {
        IArrayElementReferenceOperation element => element.Indices,
        IInlineArrayAccessOperation element => [element.Argument],
        IPropertyReferenceOperation { Property: { IsIndexer: true, RefKind: not RefKind.None } } element => [.. element.Arguments.Select(static argument => argument.Value)],
        IBinaryOperation { Type: IPointerTypeSymbol, OperatorKind: BinaryOperatorKind.Add } sum => [sum.LeftOperand.Type is IPointerTypeSymbol ? sum.RightOperand : sum.LeftOperand],
        IInvocationOperation { TargetMethod: { Name: "Add", ContainingType.Name: "Unsafe" }, Arguments.Length: 2 } call => [call.Arguments[1].Value],
        { Kind: OperationKind.None, Syntax: ElementAccessExpressionSyntax } => [.. operation.ChildOperations.Skip(1)],
        _ => [],
    };

    // The distance of two indices is a count; a masked index, a remainder and what methods return are none of ours.
    private bool IsFree(IOperation value, ImmutableHashSet<ISymbol> state)
    {
        value = SharedAccess.UnderVolatileRead(api, Resolve(value));
        return value switch
        {
            IFieldReferenceOperation field => api.Is(field.Field, DriverRoles.ProducerIndex | DriverRoles.ConsumerIndex),
            ILocalReferenceOperation local => state.Contains(local.Local),
            IIncrementOrDecrementOperation increment => IsFree(increment.Target, state),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => IsFree(sum.LeftOperand, state) || IsFree(sum.RightOperand, state),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } difference => IsFree(difference.LeftOperand, state) && !IsFree(difference.RightOperand, state),
            _ => false,
        };
    }

    // for (i = 0; i < SlotCount; i++): bounded by other means.
    private bool IsBounded(SyntaxNode index, ImmutableHashSet<ISymbol> state) => _comparisons.Value.Any(comparison =>
        SyntaxFactory.AreEquivalent(comparison.LeftOperand.Unconverted().Syntax, index) && !IsFree(comparison.RightOperand, state) &&
        comparison.Syntax.Ancestors().FirstOrDefault(static node => node is ForStatementSyntax or WhileStatementSyntax or IfStatementSyntax or ConditionalExpressionSyntax)?.Span.Contains(index.Span) == true);

    private static ImmutableArray<IBinaryOperation> Comparisons(ControlFlowGraph graph) =>
    [
        .. graph.Blocks.Select(static block => block.BranchValue).OfType<IBinaryOperation>()
            .Where(static comparison => comparison.OperatorKind is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual),
    ];
}
