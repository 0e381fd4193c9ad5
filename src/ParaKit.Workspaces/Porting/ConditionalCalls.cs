using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.Workspaces.Porting;

/// <summary>
/// Gives the object of a call through <c>?.</c> a name, so that the call can be written as one of its counterpart: <c>device?.Reset()</c> becomes
/// <c>if (device is { } self) { self.Reset(); }</c>, and within an expression a conditional one.
/// </summary>
internal static class ConditionalCalls
{
    private const string Name = "self";

    /// <summary>The file with redirected calls through <c>?.</c> written out, one level of them; the same when there are none.</summary>
    internal static SyntaxNode Unfold(SyntaxNode root, SemanticModel model, CancellationToken cancellation)
    {
        Dictionary<SyntaxNode, SyntaxNode> replacements = [];
        HashSet<string> used = [.. root.DescendantTokens().Where(static token => token.IsKind(SyntaxKind.IdentifierToken)).Select(static token => token.ValueText)];
        foreach (ConditionalAccessExpressionSyntax access in Outermost(root, model, cancellation))
        {
            string name = Name;
            for (int number = 2; !used.Add(name); number++)
            {
                name = Name + number;
            }

            SyntaxNode node = access.Parent is ExpressionStatementSyntax statement ? statement : access;
            replacements[node] = node == access ? InExpression(access, name, model.GetTypeInfo(access, cancellation).Type, model) : AsStatement(access, name);
        }

        return root.ReplaceNodes(replacements.Keys, (node, _) => replacements[node].WithTriviaFrom(node));
    }

    private static IEnumerable<ConditionalAccessExpressionSyntax> Outermost(SyntaxNode root, SemanticModel model, CancellationToken cancellation)
    {
        var found = root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberBindingExpressionSyntax && model.GetInterceptorMethod(call, cancellation) is not null)
            .Select(call => call.Ancestors().OfType<ConditionalAccessExpressionSyntax>().Last(access => access.WhenNotNull.Span.Contains(call.Span)))
            .Distinct().ToArray();

        // What lies within another one waits for the next round.
        return found.Where(access => !access.Ancestors().Any(found.Contains));
    }

    private static IfStatementSyntax AsStatement(ConditionalAccessExpressionSyntax access, string name) =>
        (IfStatementSyntax)SyntaxFactory.ParseStatement($"if ({access.Expression.WithoutTrivia()} is {{ }} {name}) {{ {Call(access, name)}; }}");

    private static ExpressionSyntax InExpression(ConditionalAccessExpressionSyntax access, string name, ITypeSymbol? type, SemanticModel model)
    {
        string written = type?.ToMinimalDisplayString(model, access.SpanStart) ?? "object";
        return SyntaxFactory.ParseExpression($"({access.Expression.WithoutTrivia()} is {{ }} {name} ? ({written}){Call(access, name)} : default({written}))");
    }

    // '.Reset(2)' of the name.
    private static ExpressionSyntax Call(ConditionalAccessExpressionSyntax access, string name)
    {
        ExpressionSyntax first = access.WhenNotNull.DescendantNodesAndSelf().OfType<ExpressionSyntax>()
            .First(static node => node is MemberBindingExpressionSyntax or ElementBindingExpressionSyntax);
        ExpressionSyntax named = SyntaxFactory.ParseExpression(name + first.WithoutTrivia());
        return access.WhenNotNull == first ? named : access.WhenNotNull.ReplaceNode(first, named).WithoutTrivia();
    }
}
