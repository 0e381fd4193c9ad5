using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace ParaKit.Workspaces.Porting;

/// <summary>Replaces each call that the compiler redirects by a call of what it redirects to.</summary>
internal sealed class CallRewriter(IDictionary<string, int> counts, CancellationToken cancellation)
{
    /// <summary>The project with its calls replaced; the same project when there are none.</summary>
    internal async Task<Project> RewriteAsync(Project project)
    {
        var result = project;
        foreach (var id in project.DocumentIds)
        {
            var document = project.GetDocument(id)!;
            var changed = await RewriteAsync(document).ConfigureAwait(false);
            if (changed != document)
            {
                var text = await changed.GetTextAsync(cancellation).ConfigureAwait(false);
                result = result.GetDocument(id)!.WithText(text).Project;
            }
        }

        return result;
    }

    private async Task<Document> RewriteAsync(Document document)
    {
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        if (ConditionalCalls.Unfold(root!, model!, cancellation) is var unfolded && unfolded != root)
        {
            return document.WithSyntaxRoot(unfolded);
        }

        Dictionary<InvocationExpressionSyntax, CounterpartCall> calls = [];
        foreach (var invocation in root!.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (model!.GetInterceptorMethod(invocation, cancellation) is not null && CounterpartCall.TryPlan(invocation, model!, cancellation) is { } call)
            {
                calls.Add(invocation, call);
                counts[call.Operation] = counts.TryGetValue(call.Operation, out var before) ? before + 1 : 1;
            }
        }

        if (calls.Count == 0)
        {
            return document;
        }

        // One pass for nested calls too: each is rewritten from what became of its arguments.
        root = root.ReplaceNodes(calls.Keys, (original, rewritten) => calls[original].Rewrite(rewritten));
        root = AddUsings((CompilationUnitSyntax)root, calls.Values.Select(call => call.Namespace).Where(name => name.Length > 0).Distinct());
        return await Simplifier.ReduceAsync(document.WithSyntaxRoot(root), Simplifier.Annotation, cancellationToken: cancellation).ConfigureAwait(false);
    }

    // Sorted in, so that the file stays as its author would have it.
    private static CompilationUnitSyntax AddUsings(CompilationUnitSyntax root, IEnumerable<string> namespaces)
    {
        foreach (var name in namespaces.OrderBy(name => name, StringComparer.Ordinal))
        {
            if (root.Usings.Any(directive => directive.Name?.ToString() == name && directive.Alias is null) || IsWithin(root, name))
            {
                continue;
            }

            var endOfLine = root.ToFullString().Contains("\r\n", StringComparison.Ordinal) ? SyntaxFactory.CarriageReturnLineFeed : SyntaxFactory.LineFeed;
            var directive = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(name)).NormalizeWhitespace().WithTrailingTrivia(endOfLine);
            var index = root.Usings.LastIndexOf(other => other.Alias is null && other.StaticKeyword.RawKind == 0 &&
                (string.CompareOrdinal(other.Name?.ToString(), name) < 0 || other.Name!.ToString().StartsWith("System", StringComparison.Ordinal))) + 1;
            root = index == 0 && root.Usings.Count == 0
                ? root.AddUsings(directive.WithTrailingTrivia(endOfLine, endOfLine))
                : Insert(root, index, directive);
        }

        return root;
    }

    private static CompilationUnitSyntax Insert(CompilationUnitSyntax root, int index, UsingDirectiveSyntax directive)
    {
        if (index > 0)
        {
            return root.WithUsings(root.Usings.Insert(index, directive));
        }

        // What stands above the first directive, such as a licence, stays on top.
        var first = root.Usings[0];
        var usings = root.Usings.Replace(first, first.WithoutLeadingTrivia());
        return root.WithUsings(usings.Insert(0, directive.WithLeadingTrivia(first.GetLeadingTrivia())));
    }

    private static bool IsWithin(CompilationUnitSyntax root, string name) =>
        root.Members.All(member => member is BaseNamespaceDeclarationSyntax { Name: var own } && (own.ToString() + ".").StartsWith(name + ".", StringComparison.Ordinal));
}
