using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ParaKit.Generators.Model;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Parse;

/// <summary>Turns an invocation into a <see cref="CallSite"/>; the last place that sees syntax and symbols.</summary>
internal static class CallSiteParser
{
    /// <summary>The call sites of a compilation, in the order of its files. Only files that an edit can have changed are bound again.</summary>
    internal static IEnumerable<CallSite> Find(Compilation compilation, CancellationToken cancellation)
    {
        Declarations declarations = new(compilation);
        HashSet<string> names = new(DeclaredOperations.In(compilation).Select(static operation => operation.Method.Name), StringComparer.Ordinal);
        Dictionary<IMethodSymbol, InterceptedOperation?> operations = new(SymbolEqualityComparer.Default);
        StaticMethods methods = new(compilation, cancellation);
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            foreach (CallSite site in KnownFile.Of(tree).Calls(declarations, () => [.. Find(tree, compilation, names, methods, operations, cancellation)]))
            {
                yield return site;
            }
        }
    }

    private static IEnumerable<CallSite> Find(
        SyntaxTree tree,
        Compilation compilation,
        HashSet<string> names,
        StaticMethods methods,
        Dictionary<IMethodSymbol, InterceptedOperation?> operations,
        CancellationToken cancellation)
    {
        FileCalls? calls = null;
        foreach (InvocationExpressionSyntax call in Calls(tree, names, cancellation))
        {
            calls ??= new FileCalls(compilation.GetSemanticModel(tree), methods, cancellation);
            if (Parse(calls, call, operations, cancellation) is { } site)
            {
                yield return site;
            }
        }
    }

    // Calls through one of the names, in the order of the file.
    private static IEnumerable<InvocationExpressionSyntax> Calls(SyntaxTree tree, HashSet<string> names, CancellationToken cancellation)
    {
        FileWords words = FileWords.Of(tree);
        SyntaxNode root = tree.GetRoot(cancellation);
        return words.HasEscapes
            ? root.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => TryNameOf(call) is { } name && names.Contains(name.Identifier.ValueText))
            : words.Distinct.Where(names.Contains).SelectMany(words.Occurrences).OrderBy(static position => position)
                .Select(position => InvocationOf(root.FindToken(position))).OfType<InvocationExpressionSyntax>();
    }

    // The call whose name the token is.
    private static InvocationExpressionSyntax? InvocationOf(SyntaxToken token)
    {
        SyntaxNode? callee = token.Parent is SimpleNameSyntax { Parent: MemberAccessExpressionSyntax or MemberBindingExpressionSyntax } member ? member.Parent : token.Parent;
        return callee?.Parent is InvocationExpressionSyntax call && TryNameOf(call)?.Identifier == token ? call : null;
    }

    /// <summary>The call site, or null when the call is not to be intercepted (rules PK0004 and PK0005 say why).</summary>
    private static CallSite? Parse(FileCalls calls, InvocationExpressionSyntax invocation, Dictionary<IMethodSymbol, InterceptedOperation?> operations, CancellationToken cancellation)
    {
        if (calls.TargetOf(invocation) is not { } method || FindOperation(method, calls.Model.Compilation, operations) is not { } operation ||
            calls.EnclosingTypesOf(invocation) is not { } enclosing ||
            calls.Model.GetInterceptableLocation(invocation, cancellation) is not { } location)
        {
            return null;
        }

        LinePosition position = invocation.SyntaxTree.GetLineSpan(TryNameOf(invocation)!.Span, cancellation).StartLinePosition;
        return new CallSite(
            operation,
            Path.GetFileName(invocation.SyntaxTree.FilePath),
            position.Line + 1,
            position.Character + 1,
            location.Version,
            location.Data,
            enclosing);
    }

    // Read once, however often it is called.
    private static InterceptedOperation? FindOperation(IMethodSymbol method, Compilation compilation, Dictionary<IMethodSymbol, InterceptedOperation?> known)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        if (!known.TryGetValue(definition, out InterceptedOperation? found))
        {
            found = SensitiveOperation.TryRead(definition) is { CounterpartType: not null } operation && Counterpart.Resolve(operation, compilation).Method is { } counterpart
                ? OperationParser.Parse(operation, counterpart, compilation)
                : null;
            known.Add(definition, found);
        }

        return found;
    }

    // A call through a name; others cannot be intercepted.
    private static SimpleNameSyntax? TryNameOf(InvocationExpressionSyntax invocation) => invocation.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name,
        MemberBindingExpressionSyntax member => member.Name,
        SimpleNameSyntax name => name,
        _ => null,
    };
}
