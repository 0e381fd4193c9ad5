using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0002: an operation that neither faults nor works when its kernel is deprivileged.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SensitiveUnprivilegedOperationRule : SensitiveCallRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.SensitiveUnprivilegedOperation,
        "Sensitive but unprivileged operation",
        "'{0}' ('{1}') is sensitive but not privileged; deprivileged: {2}; paravirt: {3}",
        RuleIds.SensitiveCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.SensitiveUnprivilegedOperation + ".md");

    /// <summary>Creates the rule.</summary>
    public SensitiveUnprivilegedOperationRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override Topics Topics => Topics.Unprivileged;

    private protected override void AnalyzeCall(OperationUse context, IInvocationOperation call, SensitiveOperation operation, GuestBuild guest)
    {
        bool rewritten = guest.IsParavirtual && operation.CounterpartType is not null;
        if (operation.Sensitivity is Sensitivity.SensitiveUnprivileged && !rewritten)
        {
            context.ReportDiagnostic(Report(
                call.Syntax.GetLocation(),
                operation.DisplayName,
                operation.Mnemonic,
                operation.Deprivileged ?? "no fault, and the hypervisor never learns of it",
                operation.Becomes ?? (operation.CounterpartType is { } type ? $"{type.Name}.{operation.Method.Name}" : "no counterpart")));
        }
    }
}
