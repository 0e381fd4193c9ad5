using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.Generators.Tests;

/// <summary>Asks the compiler, not the generator, which calls are redirected.</summary>
internal static class Interceptions
{
    /// <summary>Each call that an interceptor replaces: its line (zero-based, as in the text) and its interceptor.</summary>
    internal static IEnumerable<(int Line, IMethodSymbol Interceptor)> In(CSharpCompilation compilation)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (InvocationExpressionSyntax call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (model.GetInterceptorMethod(call) is { } interceptor)
                {
                    yield return (tree.GetText().Lines.GetLinePosition(call.SpanStart).Line, interceptor);
                }
            }
        }
    }

    internal static string[] Names(CSharpCompilation compilation) => [.. In(compilation).Select(call => call.Interceptor.Name)];
}
