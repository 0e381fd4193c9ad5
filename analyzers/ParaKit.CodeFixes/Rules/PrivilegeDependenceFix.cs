using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0007: <c>(frame->Cs &amp; 3) == 0</c> becomes <c>!frame->FromUser</c>, a fixed selector one of <c>X86</c>'s.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PrivilegeDependenceFix : GuestFix
{
    private const ulong PrivilegeMask = 3;

    /// <summary>Creates the fix.</summary>
    public PrivilegeDependenceFix()
        : base(RuleIds.PrivilegeDependence, "Ask the frame, or use the selectors of X86")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported is not ExpressionSyntax expression)
        {
            return null;
        }

        return model.GetOperation(expression, cancellation) switch
        {
            IBinaryOperation comparison => PlanTest(expression, comparison, model),
            { Parent: { } parent } value => PlanStore(expression, value, parent, model),
            _ => null,
        };
    }

    private static Replacement? PlanTest(ExpressionSyntax test, IBinaryOperation comparison, SemanticModel model)
    {
        IOperation left = Operands.Plain(comparison.LeftOperand);
        if (Number(comparison.RightOperand) is not { } number || comparison.OperatorKind is not (BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals))
        {
            return null;
        }

        bool isEqual = comparison.OperatorKind == BinaryOperatorKind.Equals;
        if (left is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask)
        {
            bool isLevel = Number(mask.RightOperand) == PrivilegeMask && number is 0 or PrivilegeMask && Selectors.IsFrameSelector(Operands.Plain(mask.LeftOperand));
            return isLevel && Frame(Operands.Plain(mask.LeftOperand)) is { } frame
                ? Replace(test, (isEqual == (number == PrivilegeMask) ? "" : "!") + frame + "FromUser")
                : null;
        }

        return Selectors.IsFrameSelector(left) && Selector(left, number, model, test.SpanStart) is { } selector
            ? Replace(test, $"{left.Syntax} {(isEqual ? "==" : "!=")} {selector}")
            : null;
    }

    private static Replacement? PlanStore(ExpressionSyntax expression, IOperation value, IOperation parent, SemanticModel model)
    {
        while (parent is IConversionOperation { Parent: { } outer })
        {
            parent = outer;
        }

        return parent is ISimpleAssignmentOperation { Target: IFieldReferenceOperation target } && Selectors.IsFrameSelector(target) &&
            Number(value) is { } number && Selector(target, number, model, expression.SpanStart) is { } selector
            ? Replace(expression, selector)
            : null;
    }

    // Rings 1 and 2 have no operation.
    private static string? Selector(IOperation field, ulong number, SemanticModel model, int position)
    {
        string? level = (number & PrivilegeMask) switch { 0 => "Kernel", PrivilegeMask => "User", _ => null };
        string kind = ((IFieldReferenceOperation)field).Field.Name == "Cs" ? "Code" : "Data";
        return level is not null && model.Compilation.GetTypeByMetadataName(GuestApi.Operations) is { } operations
            ? $"{operations.ToMinimalDisplayString(model, position)}.{level}{kind}Selector()"
            : null;
    }

    private static string? Frame(IOperation field) => field.Syntax is MemberAccessExpressionSyntax access
        ? access.Expression + access.OperatorToken.ValueText
        : null;

    private static ulong? Number(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: { } value }
        ? value switch
        {
            ulong number => number,
            uint number => number,
            ushort number => number,
            int and >= 0 => (ulong)(int)value,
            long and >= 0 => (ulong)(long)value,
            _ => null,
        }
        : null;

    private static Replacement Replace(ExpressionSyntax target, string text) =>
        new(target, rewritten => SyntaxFactory.ParseExpression(text).WithTriviaFrom(rewritten));
}
