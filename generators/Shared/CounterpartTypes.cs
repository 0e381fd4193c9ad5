using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>The types named as <c>Paravirtual</c> by any sensitive operation that a compilation can see.</summary>
internal static class CounterpartTypes
{
    /// <summary>Names (<see cref="NativeCode.Name"/>) found in the referenced assemblies that know the attribute.</summary>
    internal static IEnumerable<string> InReferences(Compilation compilation) => Of(DeclaredOperations.InReferences(compilation));

    /// <summary>Names found among the compilation's own declarations.</summary>
    internal static IEnumerable<string> InSource(Compilation compilation) => Of(DeclaredOperations.InSource(compilation));

    /// <summary>Names found anywhere.</summary>
    internal static IEnumerable<string> In(Compilation compilation) => Of(DeclaredOperations.In(compilation));

    private static IEnumerable<string> Of(IEnumerable<SensitiveOperation> operations) =>
        operations.Select(static operation => operation.CounterpartType).OfType<INamedTypeSymbol>().Select(NativeCode.Name).Distinct();
}
