using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0003: a method group that becomes a delegate is wrapped in a static lambda, whose call is rewritten like any other.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UnrewritableUseFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public UnrewritableUseFix()
        : base(RuleIds.UnrewritableUse, "Call it in a lambda")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        // An extension method's receiver would have to be evaluated now and kept; addresses and expression trees have no other form.
        if (reported is not ExpressionSyntax expression ||
            model.GetOperation(expression, cancellation) is not IMethodReferenceOperation { Instance: null, Method: { ReducedFrom: null } method } reference ||
            reference.Parent is not IDelegateCreationOperation { Type: INamedTypeSymbol { DelegateInvokeMethod: { } invoke } } ||
            invoke.Parameters.Length != method.Parameters.Length)
        {
            return null;
        }

        bool needsTypes = method.Parameters.Any(parameter => parameter.RefKind != RefKind.None) || IsInferred(expression);
        string text = $"static {Parameters(method, needsTypes, model, expression.SpanStart)} => {(invoke.RefKind == RefKind.None ? "" : "ref ")}{expression}({Arguments(method)})";
        return new Replacement(expression, rewritten => SyntaxFactory.ParseExpression(text).WithTriviaFrom(rewritten));
    }

    private static bool IsInferred(ExpressionSyntax expression) =>
        expression.FirstAncestorOrSelf<VariableDeclarationSyntax>() is { Type.IsVar: true } declaration &&
        declaration.Variables.Any(variable => variable.Initializer?.Value == expression);

    private static string Parameters(IMethodSymbol method, bool withTypes, SemanticModel model, int position)
    {
        IEnumerable<string> parameters = method.Parameters.Select(parameter => withTypes
            ? $"{Modifier(parameter)}{parameter.Type.ToMinimalDisplayString(model, position)} {Name(parameter)}"
            : Name(parameter));
        return method.Parameters.Length == 1 && !withTypes ? parameters.Single() : $"({string.Join(", ", parameters)})";
    }

    private static string Arguments(IMethodSymbol method) =>
        string.Join(", ", method.Parameters.Select(parameter => Modifier(parameter) + Name(parameter)));

    private static string Modifier(IParameterSymbol parameter) => parameter.RefKind switch
    {
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        RefKind.In or RefKind.RefReadOnlyParameter => "in ",
        _ => "",
    };

    private static string Name(IParameterSymbol parameter) =>
        SyntaxFacts.GetKeywordKind(parameter.Name) == SyntaxKind.None ? parameter.Name : "@" + parameter.Name;
}
