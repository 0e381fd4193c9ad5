using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Walks one body in source order and notes what it calls and allocates.</summary>
/// <remarks>
/// Code of a lambda is not the body's: it runs when somebody calls the delegate. Local functions are methods of their own. What happens
/// on the way to a panic (a thrown exception, arguments of a call that does not return) is no longer held to a context.
/// </remarks>
internal sealed class FactCollector
{
    private readonly CallGraph _graph;
    private readonly MethodFacts _facts;
    private bool _isUnmasked;

    internal FactCollector(CallGraph graph, IMethodSymbol method)
    {
        _graph = graph;
        _facts = graph.Add(method);
    }

    /// <summary>True when the body itself masks interrupts.</summary>
    internal bool Masks { get; private set; }

    /// <summary>True when the body has a loop that only a jump ends.</summary>
    internal bool HasEndlessLoop { get; private set; }

    internal MethodFacts Facts => _facts;

    internal void Visit(IOperation operation) => Visit(operation, isPanic: false);

    private void Visit(IOperation operation, bool isPanic)
    {
        if (operation is IAnonymousFunctionOperation or INameOfOperation or IAttributeOperation)
        {
            return;
        }

        if (operation is ILocalFunctionOperation local)
        {
            if (local.Body is { } body)
            {
                new FactCollector(_graph, local.Symbol).Visit(body);
            }

            return;
        }

        if (operation is IBinaryOperation binary)
        {
            VisitChain(binary, isPanic);
            return;
        }

        bool leadsToPanic = isPanic || operation is IThrowOperation || (operation is IInvocationOperation call && CallGraph.IsNonReturning(call.TargetMethod));
        foreach (IOperation child in operation.ChildOperations)
        {
            Visit(child, leadsToPanic);
        }

        Note(operation, isPanic);
    }

    // A chain of operators is as deep as it is long, and generated sources have chains of thousands.
    private void VisitChain(IBinaryOperation last, bool isPanic)
    {
        Stack<IBinaryOperation> chain = new();
        IOperation left = last;
        for (; left is IBinaryOperation binary; left = binary.LeftOperand)
        {
            chain.Push(binary);
        }

        Visit(left, isPanic);
        while (chain.Count > 0)
        {
            IBinaryOperation binary = chain.Pop();
            Visit(binary.RightOperand, isPanic);
            Note(binary, isPanic);
        }
    }

    private void Note(IOperation operation, bool isPanic)
    {
        if (!isPanic && Allocations.Describe(operation) is { } what)
        {
            _facts.Allocations.Add(new Allocation(what, operation.Syntax.GetLocation()));
        }

        switch (operation)
        {
            case IInvocationOperation call:
                NoteMask(call.TargetMethod);
                AddCall(call.TargetMethod, call.IsVirtual, call.Instance?.Type, call, IsBounded(call));
                break;
            case IObjectCreationOperation { Constructor: { } constructor }:
                AddCall(constructor, false, null, operation);
                break;
            case IPropertyReferenceOperation property:
                AddAccessors(property);
                break;
            case IUsingOperation { Resources: { } resources }:
                AddDispose(resources, operation);
                break;
            case IUsingDeclarationOperation declaration:
                AddDispose(declaration.DeclarationGroup, operation);
                break;
            case ILoopOperation loop:
                HasEndlessLoop |= loop is IWhileLoopOperation { Condition.ConstantValue: { HasValue: true, Value: true } } or IForLoopOperation { Condition: null or { ConstantValue: { HasValue: true, Value: true } } };
                break;
            default:
                AddOperator(operation);
                break;
        }
    }

    private void NoteMask(IMethodSymbol target)
    {
        switch (_graph.EffectOf(target))
        {
            case MaskEffect.Masks:
                Masks = true;
                _isUnmasked = false;
                break;
            case MaskEffect.Unmasks:
                _facts.Unmasks = true;
                _isUnmasked = true;
                break;
            default:
                break;
        }
    }

    private void AddAccessors(IPropertyReferenceOperation reference)
    {
        bool isTarget = reference.Parent is IAssignmentOperation assignment && assignment.Target == reference;
        bool isBoth = reference.Parent is ICompoundAssignmentOperation or IIncrementOrDecrementOperation;
        bool isBase = reference.Instance?.Syntax.IsKind(Microsoft.CodeAnalysis.CSharp.SyntaxKind.BaseExpression) == true;
        if ((!isTarget || isBoth) && reference.Property.GetMethod is { } getter)
        {
            AddCall(getter, !isBase, reference.Instance?.Type, reference);
        }

        if ((isTarget || isBoth) && reference.Property.SetMethod is { } setter)
        {
            AddCall(setter, !isBase, reference.Instance?.Type, reference);
        }
    }

    private void AddDispose(IOperation resources, IOperation use)
    {
        ITypeSymbol?[] types = resources is IVariableDeclarationGroupOperation group
            ? [.. group.Declarations.SelectMany(declaration => declaration.Declarators).Select(declarator => declarator.Symbol.Type)]
            : [resources.Type];
        foreach (ITypeSymbol type in types.OfType<ITypeSymbol>())
        {
            IMethodSymbol? dispose = type.GetMembers("Dispose").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.IsEmpty);
            if (dispose is not null)
            {
                AddCall(dispose, true, type, use);
            }
        }
    }

    private void AddOperator(IOperation operation)
    {
        IMethodSymbol? method = operation switch
        {
            IBinaryOperation binary => binary.OperatorMethod,
            IUnaryOperation unary => unary.OperatorMethod,
            IConversionOperation conversion => conversion.OperatorMethod,
            ICompoundAssignmentOperation compound => compound.OperatorMethod,
            IIncrementOrDecrementOperation increment => increment.OperatorMethod,
            _ => null,
        };
        if (method is not null)
        {
            AddCall(method, false, null, operation);
        }
    }

    private void AddCall(IMethodSymbol target, bool isVirtual, ITypeSymbol? receiver, IOperation use, bool isBounded = false)
    {
        bool dispatches = (target.IsVirtual || target.IsAbstract || target.IsOverride) &&
            (isVirtual || target.ContainingType.TypeKind == TypeKind.Interface);
        _facts.Calls.Add(new Call(
            CallGraph.Definition(target),
            dispatches ? receiver ?? target.ContainingType : null,
            use.Syntax.GetLocation(),
            isBounded,
            _isUnmasked));
    }

    private static bool IsBounded(IInvocationOperation call) => call.Arguments.Any(argument =>
        Operands.Plain(argument.Value) is IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift or BinaryOperatorKind.Divide, RightOperand.ConstantValue.HasValue: true } smaller &&
        Operands.Plain(smaller.LeftOperand) is IParameterReferenceOperation { Parameter: { } parameter } && IsCompared(parameter, call));

    private static bool IsCompared(IParameterSymbol parameter, IOperation inside)
    {
        IOperation root = inside;
        while (root.Parent is { } parent && root is not ILocalFunctionOperation)
        {
            root = parent;
        }

        return root.Descendants().Any(operation => operation is IBinaryOperation { Type.SpecialType: SpecialType.System_Boolean } or ISwitchOperation or ISwitchExpressionOperation or IIsPatternOperation &&
            operation.ChildOperations.Any(child => Operands.Plain(child) is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter)));
    }
}
