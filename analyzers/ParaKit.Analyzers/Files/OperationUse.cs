using System.Threading;
using Microsoft.CodeAnalysis;

namespace ParaKit.Analyzers.Files;

/// <summary>An operation in a body that may concern the rules, and where to report about it.</summary>
/// <param name="operation">The operation.</param>
/// <param name="body">The body.</param>
internal readonly struct OperationUse(IOperation operation, GuestBody body)
{
    internal IOperation Operation => operation;

    /// <summary>The member that the body belongs to.</summary>
    internal ISymbol ContainingSymbol => body.OwningSymbol;

    internal CancellationToken CancellationToken => body.CancellationToken;

    internal void ReportDiagnostic(Diagnostic diagnostic) => body.ReportDiagnostic(diagnostic);
}
