using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Analyzers;

/// <summary>An operation in a body that may concern the rules, and where to report about it.</summary>
/// <param name="operation">The operation.</param>
/// <param name="block">The body.</param>
internal readonly struct OperationUse(IOperation operation, CodeBlockAnalysisContext block)
{
    internal IOperation Operation => operation;

    /// <summary>The member that the body belongs to.</summary>
    internal ISymbol ContainingSymbol => block.OwningSymbol;

    internal CancellationToken CancellationToken => block.CancellationToken;

    internal void ReportDiagnostic(Diagnostic diagnostic) => block.ReportDiagnostic(diagnostic);
}
