using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>What the rules know about one compilation: its mode, and its sensitive operations as they are met.</summary>
internal sealed class GuestBuild
{
    private readonly Lazy<HashSet<string>> _counterpartTypes;

    private readonly Lazy<SensitiveBodies> _bodies;

    private readonly ConcurrentDictionary<IMethodSymbol, SensitiveOperation?> _operations = new(SymbolEqualityComparer.Default);

    private readonly ConcurrentDictionary<IMethodSymbol, Counterpart> _counterparts = new(SymbolEqualityComparer.Default);

    internal GuestBuild(Compilation compilation, AnalyzerOptions options)
    {
        Compilation = compilation;
        Mode = options.AnalyzerConfigOptionsProvider.GlobalOptions.TryGetValue(GuestApi.ModeProperty, out string? mode) ? mode : null;
        KnowsSensitiveOperations = !compilation.GetTypesByMetadataName(GuestApi.SensitiveAttribute).IsEmpty;
        _bodies = new(() => SensitiveBodies.Of(compilation));
        _counterpartTypes = new(() => new(
            CounterpartTypes.InSource(compilation).Concat(CounterpartTypes.InReferences(compilation)),
            StringComparer.Ordinal));
    }

    internal Compilation Compilation { get; }

    /// <summary>The image being built, or null when this is not a guest.</summary>
    internal string? Mode { get; }

    /// <summary>True when the compilation is a guest's: freestanding, compiled to an image.</summary>
    internal bool IsGuest => !string.IsNullOrEmpty(Mode);

    /// <summary>True when calls are being replaced by their counterparts.</summary>
    internal bool IsParavirtual => Mode == GuestApi.ParavirtualMode;

    /// <summary>True when the guest library is visible at all.</summary>
    internal bool KnowsSensitiveOperations { get; }

    /// <summary>Which bodies are worth a look.</summary>
    internal SensitiveBodies Bodies => _bodies.Value;

    /// <summary>What an operation becomes.</summary>
    internal Counterpart CounterpartOf(SensitiveOperation operation) =>
        _counterparts.GetOrAdd(operation.Method, _ => Counterpart.Resolve(operation, Compilation));

    /// <summary>The operation that a method is, or null.</summary>
    internal SensitiveOperation? FindOperation(IMethodSymbol method) =>
        _operations.GetOrAdd((method.ReducedFrom ?? method).OriginalDefinition, static definition => SensitiveOperation.TryRead(definition));

    /// <summary>True for code that means the machine's own operation in every image.</summary>
    internal bool IsNativeCode(ISymbol symbol) =>
        NativeCode.IsMarked(symbol) || NativeCode.EnclosingTypes(symbol).Any(_counterpartTypes.Value.Contains);
}
