using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ParaKit.Architecture.Tests;

/// <summary>Parsed sources. Newer syntax than the parser's shows as errors in the tree, which nobody looks at.</summary>
internal static class SourceTrees
{
    private static readonly CSharpParseOptions s_options =
        new(LanguageVersion.Preview, DocumentationMode.Parse, preprocessorSymbols: ["DEBUG"]);

    private static readonly ConcurrentDictionary<string, SyntaxNode> s_roots = new();

    internal static SyntaxNode Root(string file) => s_roots.GetOrAdd(file, static name => Parse(Repository.Read(name)));

    internal static SyntaxNode Parse(string text) => CSharpSyntaxTree.ParseText(text, s_options).GetRoot();

    /// <summary>One-based line of a node.</summary>
    internal static int Line(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
}
