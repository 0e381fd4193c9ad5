using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace ParaKit.CodeFixes;

/// <summary>What all fixes share: one rule, one node replaced per diagnostic, and Fix All over whole documents.</summary>
public abstract class GuestFix : CodeFixProvider
{
    /// <summary>On a rewritten statement: it goes away.</summary>
    private protected static readonly SyntaxAnnotation Removed = new("removed");

    private readonly string _title;

    private protected GuestFix(string ruleId, string title)
    {
        _title = title;
        FixableDiagnosticIds = [ruleId];
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => new DocumentFixAll(this, _title);

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            Document fixedDocument = await FixAsync(context.Document, [diagnostic], context.CancellationToken).ConfigureAwait(false);
            if (fixedDocument != context.Document)
            {
                context.RegisterCodeFix(CodeAction.Create(_title, _ => Task.FromResult(fixedDocument), _title), diagnostic);
            }
        }
    }

    /// <summary>The document with all those diagnostics fixed that can be; the same document when none can.</summary>
    internal async Task<Document> FixAsync(Document document, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        SyntaxNode? root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return document;
        }

        Dictionary<SyntaxNode, Replacement> replacements = [];
        foreach (Diagnostic diagnostic in diagnostics)
        {
            SyntaxNode reported = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (Plan(reported, model, cancellation) is { } replacement)
            {
                replacements[replacement.Target] = replacements.TryGetValue(replacement.Target, out Replacement? earlier)
                    ? replacement with { Rewrite = node => replacement.Rewrite(earlier.Rewrite(node)) }
                    : replacement;
            }
        }

        // One pass for nested nodes too: each is rewritten from what became of its children.
        SyntaxNode changed = root.ReplaceNodes(replacements.Keys, (target, rewritten) => replacements[target].Rewrite(rewritten));
        return replacements.Count == 0
            ? document
            : document.WithSyntaxRoot(changed.RemoveNodes(changed.GetAnnotatedNodes(Removed), SyntaxRemoveOptions.KeepNoTrivia)!);
    }

    /// <summary>How to fix a reported node, or null when no fix is certain to keep the meaning.</summary>
    private protected abstract Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation);
}
