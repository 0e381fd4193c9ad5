using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>
/// PK0405: ends the grant before those early exits that forget it, where every other way through the method ends it or hands it over. The rule itself is
/// asked, on the changed code, whether that is so.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LostGrantFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public LostGrantFix()
        : base(RuleIds.LostGrant, "End the grant before leaving early")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        InvocationExpressionSyntax? call = reported as InvocationExpressionSyntax ?? (reported as ArgumentSyntax)?.Expression as InvocationExpressionSyntax;
        if (call is null || model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol granting || Endings.Of(granting) is not { } ending ||
            VariableOf(call, granting) is not { } grant || GrantRegion.After(call) is not { } region || call.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
        {
            return null;
        }

        string receiver = call.Expression is MemberAccessExpressionSyntax { Expression: var qualifier } ? qualifier + "." : "";
        string end = $"{receiver}{ending.Name}({grant});";
        int[] exits = Choose(new GrantTrial(member, call, end, model, cancellation), region, EarlyExits.In(member), model);
        return exits.Length > 0 ? new Replacement(member, rewritten => EarlyExits.Insert(rewritten, exits, end)) : null;
    }

    // Those exits before which the grant holds on every way; none if that is not enough, or if no way shows that it is to be ended at all.
    private static int[] Choose(GrantTrial trial, GrantRegion region, StatementSyntax[] exits, SemanticModel model)
    {
        int[] all = [.. Enumerable.Range(0, exits.Length).Where(i => region.IsLeftBy(exits[i]))];
        int[] chosen = [.. all.Where(i => EarlyExits.IsPlain(exits[i]))];
        int before = trial.With([]).OtherUses;
        GrantVerdict verdict = trial.With(chosen);
        while (verdict.Wrong.Count > 0)
        {
            chosen = [.. chosen.Where((_, place) => !verdict.Wrong.Contains(place))];
            verdict = trial.With(chosen);
        }

        bool isEndedElsewhere = chosen.Length < all.Length || region.IsEndReachable(model);
        return !verdict.IsLost && verdict.OtherUses == before && isEndedElsewhere ? chosen : [];
    }

    private static string? VariableOf(InvocationExpressionSyntax call, IMethodSymbol granting)
    {
        IParameterSymbol? parameter = granting.Parameters.FirstOrDefault(static one => one.RefKind == RefKind.Out && GuestApi.FindAttribute(one, GuestApi.AcquiresGrantAttribute) is not null);
        if (parameter is not null)
        {
            ArgumentSyntax? argument = call.ArgumentList.Arguments.FirstOrDefault(one => one.NameColon?.Name.Identifier.ValueText == parameter.Name) ??
                call.ArgumentList.Arguments.ElementAtOrDefault(parameter.Ordinal);
            return argument?.Expression switch
            {
                DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable } => variable.Identifier.ValueText,
                IdentifierNameSyntax name => name.Identifier.ValueText,
                _ => null,
            };
        }

        return call.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => variable.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } => name.Identifier.ValueText,
            _ => null,
        };
    }
}
