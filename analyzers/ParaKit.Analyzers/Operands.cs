using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Drivers;

namespace ParaKit.Analyzers;

/// <summary>Looks through what changes an expression's form but not where its value comes from.</summary>
internal static class Operands
{
    /// <summary>The operand within conversions and parentheses.</summary>
    internal static IOperation Plain(IOperation operation)
    {
        while (operation is IConversionOperation or IParenthesizedOperation)
        {
            operation = operation.ChildOperations.First();
        }

        return operation;
    }

    /// <summary>The same, and for a local what it was declared with.</summary>
    internal static IOperation Origin(IOperation operation)
    {
        IOperation plain = Plain(operation);
        return plain is ILocalReferenceOperation local && Initializer(local) is { } value ? Plain(value) : plain;
    }

    /// <summary>What a local is declared with, or null.</summary>
    internal static IOperation? Initializer(ILocalReferenceOperation reference)
    {
        SyntaxNode? declaration = reference.Local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        return declaration is VariableDeclaratorSyntax && declaration.SyntaxTree == reference.Syntax.SyntaxTree &&
            reference.SemanticModel?.GetOperation(declaration) is IVariableDeclaratorOperation declarator
            ? declarator.Initializer?.Value
            : null;
    }

    /// <summary>The one value that a local ever gets, where it is declared or later; null if there are several, or references to it.</summary>
    internal static IOperation? OnlyValue(ILocalReferenceOperation reference)
    {
        if (reference.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
        {
            return null;
        }

        ExpressionSyntax[] changed = [.. member.DescendantNodes().Where(node => Places.Changed(node) is IdentifierNameSyntax target && target.Identifier.ValueText == reference.Local.Name)
            .Select(static node => node is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment ? assignment.Right : (ExpressionSyntax?)null).OfType<ExpressionSyntax>()];
        bool isElsewhere = member.DescendantNodes().Any(node => node is ArgumentSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } &&
            Places.Changed(node) is IdentifierNameSyntax target && target.Identifier.ValueText == reference.Local.Name);
        return (Initializer(reference), changed.Length, isElsewhere) switch
        {
            ({ } initial, 0, false) => initial,
            (null, 1, false) => reference.SemanticModel?.GetOperation(changed[0]),
            _ => null,
        };
    }

    /// <summary>The outermost operation around another.</summary>
    internal static IOperation Root(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }
}
