using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>
/// The calls that some interceptor of a compilation names, read from the attributes as they are written. The compiler's own answer binds all
/// of them again for each compilation, that is for each keystroke; what is written in a file stays known as long as the file does.
/// </summary>
internal sealed class InterceptedCalls
{
    private const string AttributeName = "InterceptsLocation";

    private static readonly ConditionalWeakTable<SyntaxTree, string[]> s_files = new();

    private readonly HashSet<string> _locations;

    internal InterceptedCalls(Compilation compilation) =>
        _locations = new(compilation.SyntaxTrees.SelectMany(static tree => s_files.GetValue(tree, Read)), StringComparer.Ordinal);

    /// <summary>True when an interceptor names the call at this location.</summary>
    internal bool Contains(InterceptableLocation location) => _locations.Contains(location.Data);

    // Interceptors are ordinary methods of types: no body has to be looked into, and most files not even for their members.
    private static string[] Read(SyntaxTree tree) => tree.GetText().ToString() is var text && GuestApi.IsInterceptors(tree) ? [.. Data(text)]
        : text.Contains(AttributeName) ? [.. tree.GetRoot().DescendantNodes(static node => node is not (BlockSyntax or ArrowExpressionClauseSyntax)).OfType<AttributeSyntax>()
            .Where(static attribute => IsInterceptor(attribute.Name)).Select(DataOf).OfType<string>()]
        : [];

    // [InterceptsLocation(1, "…")], always in this form: no tree is made of thousands of them for each keystroke.
    private static IEnumerable<string> Data(string text)
    {
        const string Start = "[" + AttributeName + "(1, \"";
        for (int at = text.IndexOf(Start, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Start, at, StringComparison.Ordinal))
        {
            int end = text.IndexOf('"', at += Start.Length);
            yield return text.Substring(at, end - at);
        }
    }

    private static bool IsInterceptor(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => IsInterceptor(qualified.Right),
        AliasQualifiedNameSyntax qualified => IsInterceptor(qualified.Name),
        IdentifierNameSyntax simple => simple.Identifier.ValueText is AttributeName or AttributeName + "Attribute",
        _ => false,
    };

    private static string? DataOf(AttributeSyntax attribute) =>
        attribute.ArgumentList?.Arguments is { Count: 2 } arguments && arguments[1].Expression is LiteralExpressionSyntax literal && literal.IsKind(SyntaxKind.StringLiteralExpression)
            ? literal.Token.ValueText
            : null;
}
