using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>The types named as <c>Paravirtual</c> by any sensitive operation that a compilation can see.</summary>
internal static class CounterpartTypes
{
    /// <summary>Names (<see cref="NativeCode.Name"/>) found in the referenced assemblies that know the attribute.</summary>
    internal static IEnumerable<string> InReferences(Compilation compilation)
    {
        if (compilation.GetTypeByMetadataName(GuestApi.SensitiveAttribute)?.ContainingAssembly is not { } guest)
        {
            return [];
        }

        return compilation.SourceModule.ReferencedAssemblySymbols
            .Where(assembly => SymbolEqualityComparer.Default.Equals(assembly, guest) ||
                assembly.Modules.Any(module => module.ReferencedAssemblies.Contains(guest.Identity)))
            .SelectMany(static assembly => In(assembly.GlobalNamespace));
    }

    /// <summary>Names found among the compilation's own declarations.</summary>
    internal static IEnumerable<string> InSource(Compilation compilation) => In(compilation.Assembly.GlobalNamespace);

    private static IEnumerable<string> In(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamespaceOrTypeSymbol nested)
            {
                foreach (string name in In(nested))
                {
                    yield return name;
                }
            }
            else if (member is IMethodSymbol method && SensitiveOperation.TryRead(method)?.CounterpartType is { } type)
            {
                yield return NativeCode.Name(type);
            }
        }
    }
}
