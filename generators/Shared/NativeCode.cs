using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// Code that means the machine's own operation even in a paravirtual image: methods and types marked
/// <c>[NativeOnly]</c>, the bodies of sensitive operations, and counterpart types.
/// </summary>
internal static class NativeCode
{
    /// <summary>True when the symbol or one that contains it is marked native; counterpart types are not considered.</summary>
    internal static bool IsMarked(ISymbol? symbol)
    {
        for (; symbol is IMethodSymbol or INamedTypeSymbol or IFieldSymbol or IPropertySymbol or IEventSymbol; symbol = symbol.ContainingSymbol)
        {
            if (GuestApi.FindAttribute(symbol, GuestApi.NativeOnlyAttribute) is not null ||
                (symbol is IMethodSymbol method && SensitiveOperation.TryRead(method) is { Sensitivity: not Sensitivity.Innocuous }))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The types around a symbol, innermost first, as <see cref="Name"/> spells them.</summary>
    internal static IEnumerable<string> EnclosingTypes(ISymbol? symbol)
    {
        INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        for (; type is not null; type = type.ContainingType)
        {
            yield return Name(type);
        }
    }

    /// <summary>The spelling in which types are compared across compilations.</summary>
    internal static string Name(INamedTypeSymbol type) =>
        type.OriginalDefinition.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
}
