using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0103: a module initializer compiles and never runs, because no runtime starts the kernel.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleInitializerRule : FreestandingRule
{
    private const string Attribute = "System.Runtime.CompilerServices.ModuleInitializerAttribute";

    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.ModuleInitializer,
        "Module initializers never run in a kernel",
        "The module initializer '{0}' never runs in a kernel: no runtime calls it; call it from the kernel's entry point, or use a static constructor",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.ModuleInitializer + ".md");

    /// <summary>Creates the rule.</summary>
    public ModuleInitializerRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnAnnotated<IMethodSymbol>(context, (symbol, report) =>
        {
            if (GuestApi.FindAttribute(symbol, Attribute) is not null)
            {
                report(Report(symbol.Locations.First(), symbol.Name));
            }
        });
}
