using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Workspaces.Auditing;

namespace ParaKit.Workspaces.Calls;

/// <summary>Asks the compiler which calls it redirects, and where to.</summary>
internal sealed class CallFinder(Compilation compilation, ProjectPaths paths, CancellationToken cancellation)
{
    private const string LocationAttribute = "InterceptsLocation";

    /// <summary>All redirected calls of a project's own documents, by file and position.</summary>
    internal async Task<ImmutableArray<RewrittenCall>> FindAsync(Project project)
    {
        List<RewrittenCall> calls = [];
        foreach (var document in project.Documents.OrderBy(document => document.FilePath, StringComparer.Ordinal))
        {
            if (await document.GetSyntaxTreeAsync(cancellation).ConfigureAwait(false) is { } tree && compilation.ContainsSyntaxTree(tree))
            {
                calls.AddRange(Find(tree));
            }
        }

        return [.. calls];
    }

    /// <summary>The redirected calls of one file.</summary>
    internal IEnumerable<RewrittenCall> Find(SyntaxTree tree) => Find(compilation.GetSemanticModel(tree));

    private IEnumerable<RewrittenCall> Find(SemanticModel model) =>
        from invocation in model.SyntaxTree.GetRoot(cancellation).DescendantNodes().OfType<InvocationExpressionSyntax>()
        let interceptor = model.GetInterceptorMethod(invocation, cancellation)
        where interceptor is not null
        select Describe(model, invocation, interceptor);

    private RewrittenCall Describe(SemanticModel model, InvocationExpressionSyntax invocation, IMethodSymbol interceptor)
    {
        var method = (IMethodSymbol)model.GetSymbolInfo(invocation, cancellation).Symbol!;
        var container = model.GetEnclosingSymbol(invocation.SpanStart, cancellation);
        var span = invocation.GetLocation().GetLineSpan();
        return new RewrittenCall
        {
            File = paths.InProject(invocation.SyntaxTree.FilePath),
            Line = Name(invocation).GetLocation().GetLineSpan().StartLinePosition.Line + 1,
            FirstLine = CodeStart(invocation).GetLocation().GetLineSpan().StartLinePosition.Line + 1,
            LastLine = span.EndLinePosition.Line + 1,
            Symbol = container?.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat) ?? "",
            Source = invocation.WithoutTrivia().NormalizeWhitespace().ToFullString(),
            Operation = $"{method.ContainingType.Name}.{method.Name}",
            Interceptor = Source(interceptor),
        };
    }

    private static ExpressionSyntax Name(InvocationExpressionSyntax invocation) => invocation.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name,
        MemberBindingExpressionSyntax member => member.Name,
        var name => name,
    };

    // Sequence points begin at statements, and at expressions that stand for a body or initialize a member.
    private static SyntaxNode CodeStart(SyntaxNode node)
    {
        for (var current = node; current.Parent is { } parent; current = parent)
        {
            if (current is StatementSyntax || parent is ArrowExpressionClauseSyntax or AnonymousFunctionExpressionSyntax or EqualsValueClauseSyntax { Parent.Parent.Parent: MemberDeclarationSyntax })
            {
                return current;
            }
        }

        return node;
    }

    private ImmutableArray<string> Source(IMethodSymbol interceptor)
    {
        if (interceptor.DeclaringSyntaxReferences is not [var reference, ..] || reference.GetSyntax(cancellation) is not MethodDeclarationSyntax method)
        {
            return [];
        }

        var attributes = method.AttributeLists.Where(list => !list.Attributes.Any(attribute => attribute.Name.ToString().EndsWith(LocationAttribute, StringComparison.Ordinal)));
        var text = method.WithAttributeLists([]).WithoutTrivia().ToString();
        return [.. attributes.Select(list => list.WithoutTrivia().ToString()), .. text.Split('\n').Select(line => line.TrimEnd())];
    }
}
