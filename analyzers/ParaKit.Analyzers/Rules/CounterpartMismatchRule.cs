using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0004: a counterpart that cannot be called in its operation's place.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CounterpartMismatchRule : SensitiveCallRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.CounterpartMismatch,
        "Paravirtual counterpart missing, inaccessible or signature mismatch",
        "'{0}' {1}",
        RuleIds.SensitiveCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.CounterpartMismatch + ".md");

    /// <summary>Creates the rule.</summary>
    public CounterpartMismatchRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics)
    {
    }

    private protected override Topics Topics => Topics.Unserved;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        base.Register(context, guest);
        OnAnnotated<IMethodSymbol>(context, (method, report) => AnalyzeDeclaration(method, guest, report));
    }

    // An operation of this compilation is reported once, at its attribute, in every mode.
    private protected override void AnalyzeCall(OperationUse context, IInvocationOperation call, SensitiveOperation operation, GuestBuild guest)
    {
        if (guest.MakesParavirtual && operation.CounterpartType is not null &&
            !SymbolEqualityComparer.Default.Equals(operation.Method.ContainingAssembly, guest.Compilation.Assembly) &&
            guest.CounterpartOf(operation).Problem is { } problem)
        {
            context.ReportDiagnostic(Report(call.Syntax.GetLocation(), operation.DisplayName, problem));
        }
    }

    private void AnalyzeDeclaration(IMethodSymbol declared, GuestBuild guest, Action<Diagnostic> report)
    {
        if (guest.FindOperation(declared) is not { CounterpartType: not null } operation ||
            operation.Attribute.ApplicationSyntaxReference is not { } attribute)
        {
            return;
        }

        Counterpart counterpart = guest.CounterpartOf(operation);
        string? problem = counterpart.Problem;
        if (counterpart.Method is { } method && IsPublic(operation.Method) && !IsPublic(method))
        {
            problem = $"is public and its counterpart '{method.ToDisplayString()}' is not; calls in other assemblies could not be redirected";
        }

        if (problem is not null)
        {
            Location location = attribute.SyntaxTree.GetLocation(attribute.Span);
            report(Report(location, operation.DisplayName, problem));
        }
    }

    private static bool IsPublic(ISymbol? symbol)
    {
        for (; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility != Accessibility.Public)
            {
                return false;
            }
        }

        return true;
    }
}
