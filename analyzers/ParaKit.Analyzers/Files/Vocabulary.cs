using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Files;

/// <summary>Which words of a compilation's files have to do with which rules.</summary>
internal sealed class Vocabulary
{
    // Called without being named: by a collection initializer, an indexer.
    private static readonly string[] s_implicitNames = ["Add", "this[]"];

    private static readonly string[] s_pageTables = [GuestApi.PageTableEntryAttribute];

    // Without any of these there is nothing to follow.
    private static readonly string[] s_drivers =
    [
        GuestApi.SharedMemoryAttribute, GuestApi.ProducerIndexAttribute, GuestApi.ConsumerIndexAttribute, GuestApi.EventIndexAttribute,
        GuestApi.TakesEntryAttribute, GuestApi.NotifyCheckAttribute, GuestApi.AcquiresGrantAttribute, GuestApi.EndsGrantAttribute,
    ];

    private readonly Dictionary<string, Topics> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unique = new(StringComparer.Ordinal);
    private readonly Compilation _compilation;
    private readonly Mentions _pageTables;
    private readonly Mentions _drivers;
    private readonly Mentions _frames;

    internal Vocabulary(GuestBuild guest)
    {
        Compilation compilation = guest.Compilation;
        _compilation = compilation;
        foreach (SensitiveOperation operation in DeclaredOperations.In(compilation))
        {
            Add(operation.Method.AssociatedSymbol?.MetadataName is { } property ? property.Replace("Item", "this[]") : operation.Method.Name, TopicsOf(operation, guest));
        }

        Concerned = s_implicitNames.Where(_topics.ContainsKey).Aggregate(Topics.None, (all, name) => all | Topics.Call | _topics[name]);
        AddAll(["Cs", "Ss"], Topics.Level);
        AddAll(["delegate", .. GuestApi.SourceFiles(compilation).SelectMany(Aliases)], Topics.Use);
        AddAll(compilation.GetTypeByMetadataName(GuestApi.Hypercall)?.GetMembers().Select(static member => member.Name).Append("Hypercall") ?? [], Topics.Hypercalls);
        _frames = new Mentions(compilation, ["Pfn", "Mfn", "Vpn"]);
        AddAll(_frames.Names.Append("MachineFrame"), Topics.Frames);
        _pageTables = new Mentions(compilation, Mentions.OfAttributes(s_pageTables));
        AddAll(_pageTables.Names, Topics.PageTables);
        _drivers = new Mentions(compilation, Mentions.OfAttributes(s_drivers));
        AddAll(_drivers.Names, Topics.Drivers);
    }

    /// <summary>True when no file declares a method of that name, so that it means the library's operation.</summary>
    internal bool IsUnique(string name) => _unique.GetOrAdd(name, key => !_compilation.ContainsSymbolsWithName(key, SymbolFilter.Member));

    /// <summary>What every body may have to do with, whatever its words.</summary>
    internal Topics Concerned { get; }

    internal Topics Of(string word) => _topics.TryGetValue(word, out Topics topics) ? topics : Topics.None;

    /// <summary>What everything in a type has to do with.</summary>
    internal Topics OfType(string name) =>
        (_pageTables.IsType(name) ? Topics.PageTables : Topics.None) | (_drivers.IsType(name) ? Topics.Drivers : Topics.None) | (_frames.IsType(name) ? Topics.Frames : Topics.None);

    private static Topics TopicsOf(SensitiveOperation operation, GuestBuild guest)
    {
        Topics topics = Topics.Use;
        topics |= operation.Sensitivity == Sensitivity.SensitiveUnprivileged ? Topics.Unprivileged : Topics.None;
        topics |= operation.Mnemonic is "sgdt" or "sidt" || Selectors.Reveals(operation.Mnemonic) ? Topics.Level : Topics.None;
        topics |= Contexts.CallGraph.EffectOf(operation.Mnemonic) switch
        {
            Contexts.MaskEffect.Masks => Topics.Masks,
            Contexts.MaskEffect.Unmasks => Topics.Unmasks,
            _ => Topics.None,
        };
        bool isServed = operation.CounterpartType is null ? operation.Sensitivity == Sensitivity.Innocuous : guest.CounterpartOf(operation).Problem is null;
        return isServed ? topics : topics | Topics.Unserved;
    }

    private void AddAll(IEnumerable<string> words, Topics topics)
    {
        foreach (string word in words)
        {
            Add(word, topics);
        }
    }

    private void Add(string word, Topics topics) => _topics[word] = Of(word) | topics;

    // Another name for a function pointer type.
    private static IEnumerable<string> Aliases(SyntaxTree tree) => FileWords.Of(tree).MayHave("delegate") && tree.GetRoot() is CompilationUnitSyntax unit
        ? unit.Usings.Concat(unit.Members.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(static space => space.Usings))
            .Where(static directive => directive.Alias is not null && directive.NamespaceOrType is FunctionPointerTypeSyntax)
            .Select(static directive => directive.Alias!.Name.Identifier.ValueText)
        : [];
}
