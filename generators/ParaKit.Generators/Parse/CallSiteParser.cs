using System.IO;
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
    /// <summary>Cheap test on syntax alone: a call through a name.</summary>
    internal static bool IsCandidate(SyntaxNode node) =>
        node is InvocationExpressionSyntax { Expression: SimpleNameSyntax or MemberAccessExpressionSyntax or MemberBindingExpressionSyntax };

    /// <summary>The call site, or null when the call is not to be intercepted (rules PK0004 and PK0005 say why).</summary>
    internal static CallSite? Parse(SemanticModel model, InvocationExpressionSyntax invocation, CancellationToken cancellation)
    {
        if (model.GetSymbolInfo(invocation, cancellation).Symbol is not IMethodSymbol method ||
            SensitiveOperation.TryRead(method) is not { CounterpartType: not null } operation ||
            Counterpart.Resolve(operation, model.Compilation).Method is not { } counterpart)
        {
            return null;
        }

        ISymbol? enclosing = model.GetEnclosingSymbol(invocation.SpanStart, cancellation);
        if (NativeCode.IsMarked(enclosing) ||
            model.GetInterceptableLocation(invocation, cancellation) is not { } location)
        {
            return null;
        }

        LinePosition position = invocation.SyntaxTree.GetLineSpan(NameOf(invocation).Span, cancellation).StartLinePosition;
        return new CallSite(
            OperationParser.Parse(operation, counterpart, model.Compilation),
            Path.GetFileName(invocation.SyntaxTree.FilePath),
            position.Line + 1,
            position.Character + 1,
            location.Version,
            location.Data,
            new(NativeCode.EnclosingTypes(enclosing)));
    }

    private static SimpleNameSyntax NameOf(InvocationExpressionSyntax invocation) => invocation.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name,
        MemberBindingExpressionSyntax member => member.Name,
        _ => (SimpleNameSyntax)invocation.Expression,
    };
}
