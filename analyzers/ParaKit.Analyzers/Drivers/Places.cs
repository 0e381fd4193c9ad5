using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Flow;

namespace ParaKit.Analyzers.Drivers;

/// <summary>
/// One spelling for each place in memory: <c>request</c> behind <c>Request* q = request</c>, <c>span[n]</c> behind <c>ref Request r = ref span[n]</c>.
/// Only names that mean the same throughout their method are looked through.
/// </summary>
internal static class Places
{
    private const int MaxSteps = 8;

    /// <summary>What a pointer points to.</summary>
    internal static string Behind(ExpressionSyntax pointer, SemanticModel? model) => Plain(pointer, model, MaxSteps) switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } address => Spell(address.Operand, model),
        var plain => "*" + Spell(plain, model),
    };

    /// <summary>The place that an expression names.</summary>
    internal static string Spell(ExpressionSyntax place, SemanticModel? model) => Plain(place, model, MaxSteps) switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } indirection => Behind(indirection.Operand, model),
        ElementAccessExpressionSyntax first when IsFirst(first) && IsPointer(first.Expression, model) => Behind(first.Expression, model),
        ElementAccessExpressionSyntax element => Plain(element.Expression, model, MaxSteps) + element.ArgumentList.ToString(),
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member => member.Name.ToString(),
        MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.PointerMemberAccessExpression } member => Behind(member.Expression, model) + "." + member.Name,
        MemberAccessExpressionSyntax { Expression: not BaseExpressionSyntax } member => Spell(member.Expression, model) + "." + member.Name,
        var plain => plain.ToString(),
    };

    private static bool IsFirst(ElementAccessExpressionSyntax element) =>
        element.ArgumentList.Arguments.Count == 1 && element.ArgumentList.Arguments[0].Expression is LiteralExpressionSyntax { Token.ValueText: "0" };

    private static ExpressionSyntax Plain(ExpressionSyntax expression, SemanticModel? model, int steps) => expression switch
    {
        ParenthesizedExpressionSyntax parenthesized => Plain(parenthesized.Expression, model, steps),
        CastExpressionSyntax cast when IsPointer(cast.Expression, model) => Plain(cast.Expression, model, steps),
        RefExpressionSyntax reference => Plain(reference.Expression, model, steps),
        IdentifierNameSyntax name when steps > 0 && OriginOf(name, model) is { } origin => Plain(origin, model, steps - 1),
        _ => expression,
    };

    // What a pointer or reference was declared with, if neither it nor what leads there changes.
    private static ExpressionSyntax? OriginOf(IdentifierNameSyntax name, SemanticModel? model)
    {
        if (model?.GetSymbolInfo(name).Symbol is not ILocalSymbol local || (local.Type is not IPointerTypeSymbol && local.RefKind == RefKind.None) ||
            local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator ||
            declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
        {
            return null;
        }

        IdentifierNameSyntax[] way = [.. value.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()];
        bool isFixed = way.All(step => IsFixed(step, member, model)) &&
            !value.DescendantNodesAndSelf().Any(static node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax);
        return isFixed && way.Length > 0 && (local.RefKind != RefKind.None || !IsChanged(local.Name, member)) ? value : null;
    }

    // A part of a structure is where the structure is.
    private static bool IsFixed(IdentifierNameSyntax step, SyntaxNode member, SemanticModel model) => model.GetSymbolInfo(step).Symbol switch
    {
        ILocalSymbol or IParameterSymbol => !IsChanged(step.Identifier.ValueText, member),
        IFieldSymbol { IsStatic: false, ContainingType.IsValueType: true, Type: { IsValueType: true } and not IPointerTypeSymbol } => step.Parent is MemberAccessExpressionSyntax access && access.Name == step,
        _ => false,
    };

    /// <summary>The local whose target a place is: of a reference itself, of <c>*pointer</c> and of what is before <c>-&gt;</c> the pointer.</summary>
    internal static ILocalSymbol? LocalOf(IOperation place) => place switch
    {
        ILocalReferenceOperation { Local: { RefKind: not RefKind.None } local } => local,
        { Kind: OperationKind.None } when place.ChildOperations.Count == 1 && place.ChildOperations.First().Unconverted() is ILocalReferenceOperation { Local: { Type: IPointerTypeSymbol } local } => local,
        _ => null,
    };

    /// <summary>The place that a reference or pointer was declared with, if it stands for that throughout its method; of others null.</summary>
    internal static ExpressionSyntax? TargetOf(ILocalSymbol local, SemanticModel model)
    {
        ExpressionSyntax? value = (local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() as VariableDeclaratorSyntax)?.Initializer?.Value;
        while (value is ParenthesizedExpressionSyntax or CastExpressionSyntax)
        {
            value = value is CastExpressionSyntax cast ? cast.Expression : ((ParenthesizedExpressionSyntax)value).Expression;
        }

        ExpressionSyntax? origin = value switch
        {
            RefExpressionSyntax reference => reference.Expression,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } address => address.Operand,
            _ => null,
        };
        return origin?.SyntaxTree == model.SyntaxTree && origin?.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member && !IsMoved(local, member) ? origin : null;
    }

    // Assigned another target: of a reference by 'ref', of a pointer in any way.
    private static bool IsMoved(ILocalSymbol local, SyntaxNode member) => local.RefKind == RefKind.None
        ? IsChanged(local.Name, member)
        : member.DescendantNodes().Any(node => node is AssignmentExpressionSyntax { Left: IdentifierNameSyntax target, Right: RefExpressionSyntax } && target.Identifier.ValueText == local.Name);

    private static bool IsChanged(string name, SyntaxNode member) =>
        member.DescendantNodes().Any(node => Changed(node) is IdentifierNameSyntax target && target.Identifier.ValueText == name);

    /// <summary>What a node changes, or hands out to be changed; null for most.</summary>
    internal static ExpressionSyntax? Changed(SyntaxNode node) => node switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression or (int)SyntaxKind.AddressOfExpression } prefix => prefix.Operand,
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } postfix => postfix.Operand,
        ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } argument => argument.Expression,
        _ => null,
    };

    private static bool IsPointer(ExpressionSyntax expression, SemanticModel? model) => model?.GetTypeInfo(expression).Type is IPointerTypeSymbol;
}
