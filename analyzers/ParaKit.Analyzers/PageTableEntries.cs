using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>Which pointers of one body lead to page-table entries.</summary>
/// <remarks>
/// Looks at syntax, because operations have no form for <c>*p</c> and <c>p[i]</c>. A pointer is one to entries if it is declared with
/// <c>[PageTableEntry]</c>, passed to a parameter declared so, or assigned from such a pointer, anywhere in the body.
/// </remarks>
internal sealed class PageTableEntries
{
    private readonly HashSet<ISymbol> _known = new(SymbolEqualityComparer.Default);
    private readonly SemanticModel _model;
    private readonly CancellationToken _cancellation;

    internal PageTableEntries(SyntaxNode body, SemanticModel model, CancellationToken cancellation)
    {
        _model = model;
        _cancellation = cancellation;
        foreach (ArgumentSyntax argument in body.DescendantNodes().OfType<ArgumentSyntax>())
        {
            if (IsPointer(argument.Expression) && IsEntryParameter(argument) && Origin(argument.Expression) is { } symbol)
            {
                _known.Add(symbol);
            }
        }

        while (body.DescendantNodes().Any(Learn))
        {
        }
    }

    /// <summary>True when the expression is a pointer to page-table entries.</summary>
    internal bool Contains(ExpressionSyntax pointer) => Origin(pointer) is { } symbol && (_known.Contains(symbol) || IsAnnotated(symbol));

    /// <summary>The pointer through which <c>*p</c> or <c>p[i]</c> goes, or null for other expressions.</summary>
    internal static ExpressionSyntax? PointerOf(ExpressionSyntax target, SemanticModel model, CancellationToken cancellation)
    {
        switch (target)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return PointerOf(parenthesized.Expression, model, cancellation);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } indirection:
                return indirection.Operand;
            case ElementAccessExpressionSyntax access when model.GetTypeInfo(access.Expression, cancellation).Type is IPointerTypeSymbol:
                return access.Expression;
            default:
                return null;
        }
    }

    // One more local that holds such a pointer.
    private bool Learn(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax { Initializer.Value: { } value } declarator =>
            _model.GetDeclaredSymbol(declarator, _cancellation) is ILocalSymbol { Type: IPointerTypeSymbol } local && Contains(value) && _known.Add(local),
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment =>
            IsPointer(assignment.Left) && Symbol(assignment.Left) is ILocalSymbol local && Contains(assignment.Right) && _known.Add(local),
        _ => false,
    };

    // p, p + i, (ulong*)p, &p[i]: all lead into the same tables as p.
    private ISymbol? Origin(ExpressionSyntax pointer)
    {
        switch (pointer)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return Origin(parenthesized.Expression);
            case CastExpressionSyntax cast when IsPointer(cast.Expression):
                return Origin(cast.Expression);
            case BinaryExpressionSyntax binary when IsPointer(binary):
                return Origin(IsPointer(binary.Left) ? binary.Left : binary.Right);
            case PostfixUnaryExpressionSyntax postfix:
                return Origin(postfix.Operand);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } address:
                return PointerOf(address.Operand, _model, _cancellation) is { } inner ? Origin(inner) : null;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix:
                return Origin(prefix.Operand);
            default:
                return IsPointer(pointer) ? Symbol(pointer) : null;
        }
    }

    private bool IsEntryParameter(ArgumentSyntax argument) =>
        argument.Parent?.Parent is { } call && _model.GetOperation(argument, _cancellation) is Microsoft.CodeAnalysis.Operations.IArgumentOperation { Parameter: { } parameter } &&
        call is InvocationExpressionSyntax or ObjectCreationExpressionSyntax or ImplicitObjectCreationExpressionSyntax &&
        GuestApi.FindAttribute(parameter, GuestApi.PageTableEntryAttribute) is not null;

    private bool IsPointer(ExpressionSyntax expression) => _model.GetTypeInfo(expression, _cancellation).Type is IPointerTypeSymbol;

    private ISymbol? Symbol(ExpressionSyntax expression) => _model.GetSymbolInfo(expression, _cancellation).Symbol;

    private static bool IsAnnotated(ISymbol symbol) => symbol is IMethodSymbol method
        ? GuestApi.Find(method.GetReturnTypeAttributes(), GuestApi.PageTableEntryAttribute) is not null
        : GuestApi.FindAttribute(symbol, GuestApi.PageTableEntryAttribute) is not null;
}
