using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>What code does to a place in memory.</summary>
internal enum AccessKind
{
    Read,
    Write,
    Update,
    Address,
}

/// <summary>Accesses to memory that the other side can change.</summary>
internal static class SharedAccess
{
    /// <summary>True for a field of shared memory itself, not of a copy of it.</summary>
    /// <param name="api">What symbols mean.</param>
    /// <param name="reference">The field.</param>
    /// <param name="model">Tells what local references and pointers stand for; without it they are not looked through.</param>
    internal static bool IsShared(this DriverApi api, IFieldReferenceOperation reference, SemanticModel? model = null) =>
        reference.Instance is { } instance && (api.Is(reference.Field, DriverRoles.SharedMemory)
            ? IsPlaceElsewhere(instance)
            : instance is IFieldReferenceOperation { Type.IsValueType: true } outer ? api.IsShared(outer, model) : api.IsSharedPart(instance, model));

    /// <summary>True for a part of shared memory behind a local: <c>part</c> after <c>ref Span part = ref request-&gt;Sectors</c>, <c>*part</c> after <c>Span* part = &amp;request-&gt;Sectors</c>.</summary>
    internal static bool IsSharedPart(this DriverApi api, IOperation place, SemanticModel? model) =>
        model is not null && Places.LocalOf(place) is { } local && place.Syntax is not VariableDeclaratorSyntax &&
        Places.TargetOf(local, model) is { } origin && model.GetOperation(origin) is IFieldReferenceOperation part && api.IsShared(part, model);

    /// <summary>True for a whole structure of shared memory, as in <c>*request</c>.</summary>
    internal static bool IsSharedWhole(this DriverApi api, IOperation operation) =>
        operation.Kind == OperationKind.None && operation.Type is INamedTypeSymbol { TypeKind: TypeKind.Struct } type && api.Is(type, DriverRoles.SharedMemory) &&
        operation.Syntax.AncestorsAndSelf().FirstOrDefault(static node => node.Parent is not ParenthesizedExpressionSyntax)?.Parent is not MemberAccessExpressionSyntax && !operation.IsImplicit;

    /// <summary>What happens to an operation's place. By syntax, because the graph splits stores whose value has branches.</summary>
    internal static AccessKind KindOf(DriverApi api, IOperation place)
    {
        SyntaxNode node = place.Syntax;
        while (node.Parent is ParenthesizedExpressionSyntax parenthesized)
        {
            node = parenthesized;
        }

        return node.Parent switch
        {
            AssignmentExpressionSyntax assignment when assignment.Left == node => assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) ? AccessKind.Write : AccessKind.Update,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } or
                PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } => AccessKind.Update,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } or RefExpressionSyntax => AccessKind.Address,
            ArgumentSyntax argument => KindOfArgument(api, argument, place.Parent),
            _ => AccessKind.Read,
        };
    }

    /// <summary>The place behind <c>Volatile.Read(ref place)</c>; the operation itself for all others.</summary>
    internal static IOperation UnderVolatileRead(DriverApi api, IOperation operation) =>
        operation is IInvocationOperation { Arguments.Length: > 0 } call && api.Is(call.TargetMethod, DriverRoles.VolatileRead) ? call.Arguments[0].Value.Unconverted() : operation;

    private static AccessKind KindOfArgument(DriverApi api, ArgumentSyntax argument, IOperation? parent)
    {
        if (parent is not IArgumentOperation { Parameter: { RefKind: not RefKind.None } parameter })
        {
            return argument.RefKindKeyword.IsKind(SyntaxKind.None) ? AccessKind.Read : AccessKind.Address;
        }

        DriverRoles roles = api.RolesOf(parameter.ContainingSymbol);
        return (roles & DriverRoles.VolatileRead) != 0 ? AccessKind.Read
            : (roles & DriverRoles.VolatileWrite) != 0 ? AccessKind.Write
            : (roles & DriverRoles.WriteBarrier) != 0 ? AccessKind.Update
            : AccessKind.Address;
    }

    // A pointer, a reference, an element of a span: not a local, a field or a result that holds a copy.
    private static bool IsPlaceElsewhere(IOperation instance) => instance.Unconverted() switch
    {
        ILocalReferenceOperation local => local.Local.RefKind != RefKind.None,
        IParameterReferenceOperation parameter => parameter.Parameter.RefKind is not (RefKind.None or RefKind.Out),
        IFieldReferenceOperation { Field.RefKind: not RefKind.None } => true,
        IFieldReferenceOperation { Instance: { } outer } => IsPlaceElsewhere(outer),
        IPropertyReferenceOperation property => property.Property.RefKind != RefKind.None,
        IInvocationOperation call => call.TargetMethod.RefKind != RefKind.None,
        { Kind: OperationKind.None } other => other.ChildOperations.Any(),
        _ => false,
    };
}
