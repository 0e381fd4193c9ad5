using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>What the rules know about one compilation: its mode, and its sensitive operations as they are met. All rules share one instance.</summary>
internal sealed class GuestBuild
{
    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<string, GuestBuild>> s_builds = new();

    private readonly Lazy<HashSet<string>> _counterpartTypes;

    private readonly Lazy<Vocabulary> _vocabulary;

    private readonly Lazy<InterceptedCalls> _intercepted;

    private readonly ConcurrentDictionary<IMethodSymbol, SensitiveOperation?> _operations = new(SymbolEqualityComparer.Default);

    private readonly ConcurrentDictionary<IMethodSymbol, Counterpart> _counterparts = new(SymbolEqualityComparer.Default);

    private readonly ConcurrentDictionary<SyntaxTree, GuestFile> _files = new();

    private readonly ConcurrentDictionary<SyntaxNode, IOperation[]> _bodies = new();

    private readonly ConcurrentDictionary<ISymbol, bool> _native = new(SymbolEqualityComparer.Default);

    private GuestBuild(Compilation compilation, string mode, bool makesParavirtual)
    {
        Compilation = compilation;
        Mode = mode;
        MakesParavirtual = IsParavirtual || makesParavirtual;
        KnowsSensitiveOperations = !compilation.GetTypesByMetadataName(GuestApi.SensitiveAttribute).IsEmpty;
        _vocabulary = new(() => new Vocabulary(this));
        _intercepted = new(() => new InterceptedCalls(compilation));
        _counterpartTypes = new(() => new(
            CounterpartTypes.InSource(compilation).Concat(CounterpartTypes.InReferences(compilation)),
            StringComparer.Ordinal));
    }

    internal Compilation Compilation { get; }

    /// <summary>The image being built, or empty when this is not a guest.</summary>
    internal string Mode { get; }

    /// <summary>True when the compilation is a guest's: freestanding, compiled to an image.</summary>
    internal bool IsGuest => Mode.Length > 0;

    /// <summary>True when calls are being replaced by their counterparts.</summary>
    internal bool IsParavirtual => Mode == GuestApi.ParavirtualMode;

    /// <summary>True when this build makes a paravirtual image, from this compilation or from another one of the same sources.</summary>
    internal bool MakesParavirtual { get; }

    /// <summary>True when the guest library is visible at all.</summary>
    internal bool KnowsSensitiveOperations { get; }

    /// <summary>Which bodies of a file are worth a look.</summary>
    internal GuestFile FileOf(SyntaxTree tree) => _files.GetOrAdd(tree, key => new GuestFile(key, _vocabulary.Value));

    /// <summary>All operations of a body, outermost first.</summary>
    internal IOperation[] Operations(GuestBody body) => _bodies.GetOrAdd(
        body.Syntax, syntax => [.. GuestBody.Roots(syntax, body.Model, body.CancellationToken).SelectMany(static root => root.DescendantsAndSelf())]);

    /// <summary>The calls that interceptors name.</summary>
    internal InterceptedCalls Intercepted => _intercepted.Value;

    /// <summary>What is known about a compilation.</summary>
    internal static GuestBuild Of(Compilation compilation, AnalyzerOptions options)
    {
        AnalyzerConfigOptions build = options.AnalyzerConfigOptionsProvider.GlobalOptions;
        string mode = build.TryGetValue(GuestApi.ModeProperty, out string? value) ? value : "";
        bool makesParavirtual = build.TryGetValue(GuestApi.ParavirtualProperty, out string? made) && made == "true";
        return s_builds.GetValue(compilation, static _ => new(StringComparer.Ordinal)).GetOrAdd(mode, key => new GuestBuild(compilation, key, makesParavirtual));
    }

    /// <summary>What an operation becomes.</summary>
    internal Counterpart CounterpartOf(SensitiveOperation operation) =>
        _counterparts.GetOrAdd(operation.Method, _ => Counterpart.Resolve(operation, Compilation));

    /// <summary>The operation that a method is, or null.</summary>
    internal SensitiveOperation? FindOperation(IMethodSymbol method) =>
        _operations.GetOrAdd((method.ReducedFrom ?? method).OriginalDefinition, static definition => SensitiveOperation.TryRead(definition));

    /// <summary>True for code that means the machine's own operation in every image.</summary>
    internal bool IsNativeCode(ISymbol symbol) => _native.GetOrAdd(
        symbol, key => NativeCode.IsMarked(key) || NativeCode.EnclosingTypes(key).Any(_counterpartTypes.Value.Contains));
}
