using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0104: thread-static fields need a runtime's threads.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThreadStaticRule : FreestandingRule
{
    private const string Attribute = "System.ThreadStaticAttribute";

    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.ThreadStatic,
        "Thread-static fields do not exist in a kernel",
        "'{0}' cannot be thread-static in a kernel: there is no runtime that knows its threads; keep the value in the kernel's own thread or per-processor structure",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.ThreadStatic + ".md");

    /// <summary>Creates the rule.</summary>
    public ThreadStaticRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnAnnotated<IFieldSymbol>(context, (symbol, report) =>
        {
            if (GuestApi.FindAttribute(symbol, Attribute) is not null)
            {
                report(Report(symbol.Locations.First(), symbol.Name));
            }
        });
}
