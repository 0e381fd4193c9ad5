using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Files;

/// <summary>
/// The names through which code gets at something: one reaches shared memory, grants or page tables only through something whose declaration
/// mentions them, however far back.
/// </summary>
internal sealed class Mentions
{
    private static readonly ConditionalWeakTable<IAssemblySymbol, Part> s_libraries = new();
    private static readonly ConditionalWeakTable<SyntaxTree, Part> s_files = new();

    // Types, whose mention makes a declaration one of these, and all names.
    private readonly HashSet<string> _types;
    private readonly HashSet<string> _names;

    /// <summary>Follows the declarations of a compilation and its guest libraries.</summary>
    internal Mentions(Compilation compilation, IEnumerable<string> start)
    {
        _types = new(start, StringComparer.Ordinal);
        _names = new(_types, StringComparer.Ordinal);
        Part[] libraries = [.. DeclaredOperations.Libraries(compilation).Select(static assembly => s_libraries.GetValue(assembly, static key => new Part(Declared.In(key.GlobalNamespace))))];
        SyntaxTree[] files = [.. GuestApi.SourceFiles(compilation)];
        int known;
        do
        {
            known = _types.Count;
            Add(libraries.Where(part => _types.Any(part.Words.Contains)));
            Add(files.Where(Mention).Select(static file => s_files.GetValue(file, static key => new Part(Declared.In(key)))));
        }
        while (_types.Count > known);
    }

    internal IEnumerable<string> Names => _names;

    /// <summary>Names that make everything inside the type concerned.</summary>
    internal bool IsType(string name) => _types.Contains(name);

    /// <summary>The names by which code refers to attributes.</summary>
    internal static IEnumerable<string> OfAttributes(IEnumerable<string> attributes) => attributes
        .Select(static attribute => attribute.Substring(attribute.LastIndexOf('.') + 1))
        .SelectMany(static name => new[] { name, name.Substring(0, name.Length - "Attribute".Length) });

    private bool Mention(SyntaxTree file)
    {
        FileWords words = FileWords.Of(file);
        return words.HasEscapes || _types.Any(words.MayHave);
    }

    private void Add(IEnumerable<Part> parts)
    {
        Declared[] found = [.. parts.SelectMany(static part => part.Declarations).Where(declared => declared.Mentions.Any(_types.Contains))];
        foreach (Declared declared in found)
        {
            _names.Add(declared.Name);
            if (declared.IsType)
            {
                _types.Add(declared.Name);
            }
        }
    }

    /// <summary>A file or library.</summary>
    private sealed class Part
    {
        internal Part(IEnumerable<Declared> declarations)
        {
            Declarations = [.. declarations];
            Words = new(Declarations.SelectMany(static declared => declared.Mentions), StringComparer.Ordinal);
        }

        internal Declared[] Declarations { get; }

        internal HashSet<string> Words { get; }
    }
}
