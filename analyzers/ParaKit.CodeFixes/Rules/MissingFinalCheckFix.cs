using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>
/// PK0403: sleeps only if the ring's final check finds nothing. Code after a sleep has to expect a wake-up without a reason, so it can do
/// without the sleep as well.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MissingFinalCheckFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public MissingFinalCheckFix()
        : base(RuleIds.MissingFinalCheck, "Sleep only after a final check")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported.Parent is not ExpressionStatementSyntax sleep || sleep.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
        {
            return null;
        }

        // With two rings, which one is waited for is not written anywhere.
        MemberAccessExpressionSyntax[] takes = [.. member.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => model.GetSymbolInfo(call, cancellation).Symbol is { } method && GuestApi.FindAttribute(method, GuestApi.TakesEntryAttribute) is not null)
            .Select(static call => call.Expression).OfType<MemberAccessExpressionSyntax>()];
        if (takes.Select(static take => take.Expression.ToString()).Distinct().Take(2).Count() != 1 || !takes[0].Expression.DescendantNodesAndSelf().All(IsName) ||
            model.GetTypeInfo(takes[0].Expression, cancellation).Type is not { } ring)
        {
            return null;
        }

        IMethodSymbol[] checks = [.. ring.GetMembers().OfType<IMethodSymbol>().Where(static method => method is { Parameters.Length: 0, ReturnType.SpecialType: SpecialType.System_Boolean } &&
            GuestApi.FindAttribute(method, GuestApi.FinalCheckAttribute) is not null)];
        return checks.Length == 1
            ? new Replacement(sleep, rewritten => Statements.Guarded($"!{takes[0].Expression}.{checks[0].Name}()", rewritten.WithoutTrivia().ToString(), sleep).WithTriviaFrom(rewritten))
            : null;
    }

    private static bool IsName(SyntaxNode node) => node is IdentifierNameSyntax or MemberAccessExpressionSyntax or ThisExpressionSyntax;
}
