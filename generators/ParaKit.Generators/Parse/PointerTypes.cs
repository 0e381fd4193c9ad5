using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.Generators.Parse;

/// <summary>Whether a signature needs an unsafe context.</summary>
internal static class PointerTypes
{
    internal static bool Occur(IMethodSymbol method) =>
        Occur(method.ReturnType) || method.Parameters.Any(static parameter => Occur(parameter.Type));

    private static bool Occur(ITypeSymbol type) => type switch
    {
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => true,
        IArrayTypeSymbol array => Occur(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(Occur),
        _ => false,
    };
}
