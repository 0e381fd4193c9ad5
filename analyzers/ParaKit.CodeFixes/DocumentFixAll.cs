using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace ParaKit.CodeFixes;

/// <summary>
/// Fixes all diagnostics of a document in one go. The batch fixer of the workspaces merges texts instead and drops one of two fixes that
/// overlap.
/// </summary>
internal sealed class DocumentFixAll(GuestFix fix, string title) : DocumentBasedFixAllProvider
{
    protected override string GetFixAllTitle(FixAllContext fixAllContext) => title;

    protected override async Task<Document?> FixAllAsync(FixAllContext fixAllContext, Document document, ImmutableArray<Diagnostic> diagnostics) =>
        await fix.FixAsync(document, diagnostics, fixAllContext.CancellationToken).ConfigureAwait(false);
}
