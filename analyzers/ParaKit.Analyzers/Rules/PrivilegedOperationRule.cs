using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0001: shows, at each call, what an operation is under each technique.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PrivilegedOperationRule : SensitiveCallRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.PrivilegedOperation,
        "Privileged operation",
        "'{0}' is {1}; native: '{2}' as written; trap: {3}; paravirt: {4}",
        RuleIds.SensitiveCategory,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.PrivilegedOperation + ".md");

    /// <summary>Creates the rule.</summary>
    public PrivilegedOperationRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override Topics Topics => Topics.Call | Topics.Use;

    private protected override void AnalyzeCall(OperationUse context, IInvocationOperation call, SensitiveOperation operation, GuestBuild guest)
    {
        // Unprivileged operations are PK0002's, except where the rewriting has already made them harmless.
        bool rewritten = guest.IsParavirtual && operation.CounterpartType is not null;
        if (operation.Sensitivity is Sensitivity.Innocuous ||
            (operation.Sensitivity is Sensitivity.SensitiveUnprivileged && !rewritten))
        {
            return;
        }

        context.ReportDiagnostic(Report(
            call.Syntax.GetLocation(),
            operation.DisplayName,
            Describe(operation.Sensitivity),
            operation.Mnemonic,
            operation.Deprivileged ?? "the fault is emulated",
            operation.Becomes ?? (operation.CounterpartType is { } type ? $"{type.Name}.{operation.Method.Name}" : "no counterpart")));
    }

    private static string Describe(Sensitivity sensitivity) => sensitivity switch
    {
        Sensitivity.SensitiveStore => "a store that the processor reads",
        Sensitivity.Platform => "a platform operation",
        Sensitivity.SensitiveUnprivileged => "sensitive but not privileged",
        _ => "privileged",
    };
}
