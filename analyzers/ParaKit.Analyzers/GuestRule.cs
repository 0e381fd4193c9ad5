using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Analyzers;

/// <summary>What all rules share: descriptors, concurrent execution, one look at the compilation.</summary>
public abstract class GuestRule : DiagnosticAnalyzer
{
    private readonly GeneratedCodeAnalysisFlags _generatedCode;

    private protected GuestRule(DiagnosticDescriptor descriptor, GeneratedCodeAnalysisFlags generatedCode)
        : this([descriptor], generatedCode)
    {
    }

    // For rules that follow from one and the same walk through the code.
    private protected GuestRule(ImmutableArray<DiagnosticDescriptor> descriptors, GeneratedCodeAnalysisFlags generatedCode)
    {
        _generatedCode = generatedCode;
        SupportedDiagnostics = descriptors;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    private protected DiagnosticDescriptor Descriptor => SupportedDiagnostics[0];

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(_generatedCode);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            GuestBuild guest = GuestBuild.Of(start.Compilation, start.Options);
            if (AppliesTo(guest))
            {
                Register(start, guest);
            }
        });
    }

    private protected abstract bool AppliesTo(GuestBuild guest);

    private protected abstract void Register(CompilationStartAnalysisContext context, GuestBuild guest);

    /// <summary>Runs the action on operations of these kinds, in those bodies that may concern a rule; the others are not even bound.</summary>
    private protected static void OnOperations(CompilationStartAnalysisContext context, GuestBuild guest, Action<OperationUse> action, params OperationKind[] kinds) =>
        context.RegisterCodeBlockAction(block =>
        {
            if (guest.Bodies.MayConcern(block.CodeBlock))
            {
                foreach (IOperation operation in guest.Bodies.Operations(block.CodeBlock, block.SemanticModel, block.CancellationToken))
                {
                    if (Array.IndexOf(kinds, operation.Kind) >= 0)
                    {
                        action(new OperationUse(operation, block));
                    }
                }
            }
        });

    private protected Diagnostic Report(Location location, params object[] arguments) =>
        Diagnostic.Create(Descriptor, location, arguments);
}
