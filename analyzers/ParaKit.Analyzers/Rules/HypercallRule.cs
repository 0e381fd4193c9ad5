using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0504 and PK0505: declared hypercalls that get no body, or that a native image could only fail on.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HypercallRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_signature = Describe(
        RuleIds.HypercallSignature, "Hypercall cannot be generated", "'{0}' {1}");

    private static readonly DiagnosticDescriptor s_fallback = Describe(
        RuleIds.HypercallWithoutFallback,
        "Hypercall without a native stand-in",
        "'{0}' makes a hypercall, and a native image has no hypervisor; name a method that stands in for it, [Hypercall({1}, Native = nameof(…))], or build the paravirtual image only");

    /// <summary>Creates the rule.</summary>
    public HypercallRule()
        : base([s_signature, s_fallback], GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnAnnotated<IMethodSymbol>(context, (method, report) => Check(method, guest, report));

    private static void Check(IMethodSymbol method, GuestBuild guest, Action<Diagnostic> report)
    {
        if (HypercallDeclaration.TryRead(method) is not { } hypercall)
        {
            return;
        }

        Location location = hypercall.Attribute.ApplicationSyntaxReference is { } attribute
            ? attribute.SyntaxTree.GetLocation(attribute.Span)
            : hypercall.Method.Locations[0];
        string name = hypercall.Method.ContainingType.Name + "." + hypercall.Method.Name;
        if (hypercall.Problem is { } problem)
        {
            report(Diagnostic.Create(s_signature, location, name, problem));
        }
        else if (hypercall.NativeName is null && guest.Mode == GuestApi.NativeMode)
        {
            report(Diagnostic.Create(s_fallback, location, name, hypercall.Number));
        }
    }

    private static DiagnosticDescriptor Describe(string id, string title, string message) => new(
        id, title, message, RuleIds.EntryCategory, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: RuleIds.Pages + id + ".md");
}
