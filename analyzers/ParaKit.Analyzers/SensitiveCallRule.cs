using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>A rule about calls of sensitive operations outside deliberately native code.</summary>
public abstract class SensitiveCallRule : GuestRule
{
    private protected SensitiveCallRule(DiagnosticDescriptor descriptor, GeneratedCodeAnalysisFlags generatedCode)
        : base(descriptor, generatedCode)
    {
    }

    /// <summary>What a body must have words on for its calls to be looked at.</summary>
    private protected abstract Topics Topics { get; }

    private protected sealed override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnOperations(
            context,
            guest,
            Topics,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (guest.FindOperation(call.TargetMethod) is { } called && !guest.IsNativeCode(operation.ContainingSymbol))
                {
                    AnalyzeCall(operation, call, called, guest);
                }
            },
            OperationKind.Invocation);

    private protected abstract void AnalyzeCall(OperationUse context, IInvocationOperation call, SensitiveOperation operation, GuestBuild guest);
}
