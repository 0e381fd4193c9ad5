using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.Generators.Parse;

/// <summary>
/// What a compilation declares, without the bodies: two compilations with equal declarations bind the same file to the same symbols. So an
/// edit within a method, which is what most keystrokes are, leaves the calls of all other files as they were.
/// </summary>
internal sealed class Declarations : IEquatable<Declarations>
{
    private static readonly ConditionalWeakTable<SyntaxTree, string> s_texts = new();

    // Only for comparing: a build, which runs once, never asks.
    private readonly Lazy<string[]> _texts;
    private readonly int _files;
    private readonly ImmutableArray<MetadataReference> _references;
    private readonly CompilationOptions _options;

    internal Declarations(Compilation compilation)
    {
        SyntaxTree[] files = [.. compilation.SyntaxTrees];
        _texts = new(() => [.. files.Select(static tree => s_texts.GetValue(tree, Read))]);
        _files = files.Length;
        _references = [.. compilation.References];
        _options = compilation.Options;
    }

    public bool Equals(Declarations? other) =>
        ReferenceEquals(this, other) ||
        (other is not null && _options.Equals(other._options) && _references.SequenceEqual(other._references) && _texts.Value.AsSpan().SequenceEqual(other._texts.Value));

    public override bool Equals(object? obj) => Equals(obj as Declarations);

    // Good enough: nobody looks these up by hash.
    public override int GetHashCode() => _files;

    private static string Read(SyntaxTree tree) => string.Join(" ", Tokens(tree.GetRoot()));

    // Constants stay: their values decide conversions, and with them overloads.
    private static IEnumerable<string> Tokens(SyntaxNode root) => root
        .DescendantTokens(static node => !IsBody(node))
        .Select(static token => token.Text);

    private static bool IsBody(SyntaxNode node) => node switch
    {
        BlockSyntax or ArrowExpressionClauseSyntax or ConstructorInitializerSyntax or GlobalStatementSyntax => true,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax } => true,
        EqualsValueClauseSyntax { Parent.Parent.Parent: BaseFieldDeclarationSyntax field } => !field.Modifiers.Any(SyntaxKind.ConstKeyword),
        _ => false,
    };
}
