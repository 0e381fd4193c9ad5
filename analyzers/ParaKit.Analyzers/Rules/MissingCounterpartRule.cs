using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0005: an operation that would stay native in a paravirtual image.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingCounterpartRule : SensitiveCallRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.MissingCounterpart,
        "Sensitive operation has no paravirtual counterpart",
        "'{0}' has no paravirtual counterpart, so the paravirtual image would execute '{1}': {2}; name a counterpart in its [Sensitive] attribute or mark this code [NativeOnly]",
        RuleIds.SensitiveCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.MissingCounterpart + ".md");

    /// <summary>Creates the rule.</summary>
    public MissingCounterpartRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics)
    {
    }

    private protected override Topics Topics => Topics.Unserved;

    private protected override void AnalyzeCall(OperationUse context, IInvocationOperation call, SensitiveOperation operation, GuestBuild guest)
    {
        if (guest.MakesParavirtual && operation is { CounterpartType: null, Sensitivity: not Sensitivity.Innocuous })
        {
            context.ReportDiagnostic(Report(
                call.Syntax.GetLocation(),
                operation.DisplayName,
                operation.Mnemonic,
                operation.Deprivileged ?? "it does not work deprivileged"));
        }
    }
}
