using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// All sensitive operations that a compilation can see. What does not change from one edit to the next, libraries and the words of the
/// other files, is looked through once.
/// </summary>
internal static class DeclaredOperations
{
    private static readonly ConditionalWeakTable<IAssemblySymbol, Library> s_libraries = new();

    /// <summary>Those of the compilation itself and of the referenced assemblies that know the attribute.</summary>
    internal static IEnumerable<SensitiveOperation> In(Compilation compilation) => InSource(compilation).Concat(InReferences(compilation));

    /// <summary>Those of the referenced assemblies that know the attribute.</summary>
    internal static IEnumerable<SensitiveOperation> InReferences(Compilation compilation) => Libraries(compilation)
        .SelectMany(static assembly => s_libraries.GetValue(assembly, static key => new Library([.. OfLibrary(key)])).Operations);

    /// <summary>The guest library and those that know it.</summary>
    internal static IEnumerable<IAssemblySymbol> Libraries(Compilation compilation) =>
        compilation.GetTypeByMetadataName(GuestApi.SensitiveAttribute)?.ContainingAssembly is { } guest
            ? compilation.SourceModule.ReferencedAssemblySymbols.Where(assembly => SymbolEqualityComparer.Default.Equals(assembly, guest) ||
                assembly.Modules.Any(module => module.ReferencedAssemblies.Contains(guest.Identity)))
            : [];

    /// <summary>Those that the compilation declares.</summary>
    internal static IEnumerable<SensitiveOperation> InSource(Compilation compilation) =>
        MarkedSymbols.Find(compilation, [GuestApi.SensitiveAttribute], default).OfType<IMethodSymbol>().Select(SensitiveOperation.TryRead).OfType<SensitiveOperation>();

    private static IEnumerable<SensitiveOperation> OfLibrary(IAssemblySymbol library) => MarkedMethods.Find(library, GuestApi.SensitiveAttribute)
        .Select(SensitiveOperation.TryRead).OfType<SensitiveOperation>();

    private sealed class Library(ImmutableArray<SensitiveOperation> operations)
    {
        internal ImmutableArray<SensitiveOperation> Operations { get; } = operations;
    }
}
