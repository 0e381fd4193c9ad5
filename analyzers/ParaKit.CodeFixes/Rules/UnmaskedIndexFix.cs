using System;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0404: masks the index, where the type says by a constant what the mask is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UnmaskedIndexFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public UnmaskedIndexFix()
        : base(RuleIds.UnmaskedIndex, "Mask the index")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        SyntaxNode index = reported is ArgumentSyntax argument ? argument.Expression : reported;
        return index is ExpressionSyntax && model.GetEnclosingSymbol(index.SpanStart, cancellation)?.ContainingType is { } type && FindMask(type) is { } mask
            ? new Replacement(index, rewritten => Mask((ExpressionSyntax)rewritten, index.Parent is ArgumentSyntax, mask))
            : null;
    }

    private static ExpressionSyntax Mask(ExpressionSyntax index, bool isAlone, string mask)
    {
        string operand = index is IdentifierNameSyntax or MemberAccessExpressionSyntax or PostfixUnaryExpressionSyntax or InvocationExpressionSyntax ? index.WithoutTrivia().ToString() : $"({index.WithoutTrivia()})";
        string masked = $"{operand} & {mask}";
        return SyntaxFactory.ParseExpression(isAlone ? masked : $"({masked})").WithTriviaFrom(index);
    }

    // 'Mask' or 'SlotMask', or else a power of two named like 'SlotCount'; two of them say nothing.
    private static string? FindMask(INamedTypeSymbol type)
    {
        IFieldSymbol[] constants = [.. type.GetMembers().OfType<IFieldSymbol>().Where(static field => field is { IsConst: true, ConstantValue: int or uint })];
        return Single(constants, "Mask", static value => (value & (value + 1)) == 0) is { } mask ? mask.Name
            : Single(constants, "SlotCount", static value => value > 0 && (value & (value - 1)) == 0) is { } count ? $"({count.Name} - 1)"
            : null;
    }

    private static IFieldSymbol? Single(IFieldSymbol[] constants, string ending, Func<long, bool> fits)
    {
        IFieldSymbol[] found = [.. constants.Where(field => field.Name.EndsWith(ending, StringComparison.Ordinal) && fits(Convert.ToInt64(field.ConstantValue))).Take(2)];
        return found.Length == 1 ? found[0] : null;
    }
}
