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
/// Which bodies can have to do with what some attributes mark, judged by the names in them: one gets at shared memory, grants or page tables
/// only through something whose declaration mentions them, however far back. The other bodies are never bound.
/// </summary>
internal sealed class MentioningBodies
{
    private static readonly ConditionalWeakTable<IAssemblySymbol, Part> s_libraries = new();
    private static readonly ConditionalWeakTable<SyntaxTree, Part> s_files = new();

    // Types, whose mention makes a declaration one of these, and all names.
    private readonly HashSet<string> _types;
    private readonly HashSet<string> _names;

    internal MentioningBodies(Compilation compilation, params string[] attributes)
    {
        _types = new(attributes.Select(static attribute => attribute.Substring(attribute.LastIndexOf('.') + 1))
            .SelectMany(static name => new[] { name, name.Substring(0, name.Length - "Attribute".Length) }), StringComparer.Ordinal);
        _names = new(_types, StringComparer.Ordinal);
        Part[] parts =
        [
            .. DeclaredOperations.Libraries(compilation).Select(static assembly => s_libraries.GetValue(assembly, static key => new Part(Declared.In(key.GlobalNamespace)))),
            .. compilation.SyntaxTrees.Select(static tree => s_files.GetValue(tree, static key => new Part(Declared.In(key)))),
        ];
        int known;
        do
        {
            known = _types.Count;
            Declared[] found =
            [
                .. parts.Where(part => _types.Any(part.Mentions.Contains)).SelectMany(static part => part.Declarations)
                    .Where(declared => declared.Mentions.Any(_types.Contains)),
            ];
            foreach (Declared declared in found)
            {
                _names.Add(declared.Name);
                if (declared.IsType)
                {
                    _types.Add(declared.Name);
                }
            }
        }
        while (_types.Count > known);
    }

    /// <summary>True when the body names one of them, or belongs to a type that is one.</summary>
    internal bool MayConcern(SyntaxNode body) =>
        body.Ancestors().OfType<BaseTypeDeclarationSyntax>().Any(type => _types.Contains(type.Identifier.ValueText)) ||
        body.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && _names.Contains(token.ValueText));

    /// <summary>A file or library.</summary>
    private sealed class Part
    {
        internal Part(IEnumerable<Declared> declarations)
        {
            Declarations = [.. declarations];
            Mentions = new(Declarations.SelectMany(static declared => declared.Mentions), StringComparer.Ordinal);
        }

        internal Declared[] Declarations { get; }

        internal HashSet<string> Mentions { get; }
    }
}
