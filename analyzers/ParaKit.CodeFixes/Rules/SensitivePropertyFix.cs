using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0003: <c>Cpu.Cr3 = value</c> becomes <c>Cpu.WriteCr3(value)</c> and <c>Cpu.Cr3</c> becomes <c>Cpu.ReadCr3()</c>, where there are such methods.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class SensitivePropertyFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public SensitivePropertyFix()
        : base(RuleIds.UnrewritableUse, "Call the operation's method")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported is not ExpressionSyntax reference || model.GetSymbolInfo(reference, cancellation).Symbol is not IPropertySymbol { IsStatic: true } property)
        {
            return null;
        }

        string qualifier = reference is MemberAccessExpressionSyntax access ? access.Expression + "." : "";
        string read = $"{qualifier}Read{property.Name}()";
        if (reference.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != reference)
        {
            bool isRead = reference.Parent is not (PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression });
            return isRead && Has(property, "Read", 0)
                ? new Replacement(reference, rewritten => SyntaxFactory.ParseExpression(read).WithTriviaFrom(rewritten))
                : null;
        }

        bool isCompound = !assignment.IsKind(SyntaxKind.SimpleAssignmentExpression);
        return assignment.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax && Has(property, "Write", 1) && (!isCompound || Has(property, "Read", 0))
            ? new Replacement(assignment, rewritten => Write($"{qualifier}Write{property.Name}", isCompound ? read : null, (AssignmentExpressionSyntax)rewritten))
            : null;
    }

    private static bool Has(IPropertySymbol property, string verb, int parameters) =>
        property.ContainingType.GetMembers(verb + property.Name).OfType<IMethodSymbol>().Any(method => method.IsStatic && method.Parameters.Length == parameters);

    private static ExpressionSyntax Write(string method, string? old, AssignmentExpressionSyntax store)
    {
        string value = old is null ? store.Right.ToString() : $"{old} {store.OperatorToken.ValueText.TrimEnd('=')} {Operand(store.Right)}";
        return SyntaxFactory.ParseExpression($"{method}({value})").WithTriviaFrom(store);
    }

    private static string Operand(ExpressionSyntax expression) =>
        expression is BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax ? $"({expression})" : expression.ToString();
}
