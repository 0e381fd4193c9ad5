using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.Generators.Model;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Parse;

/// <summary>Turns a type with <c>[IoRing]</c> into a model of strings.</summary>
internal static class RingParser
{
    private static readonly SymbolDisplayFormat s_name = new(
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>The model, or null when rules PK0407 to PK0409 have something to say.</summary>
    internal static RingType? Parse(INamedTypeSymbol type)
    {
        if (IoRingDeclaration.TryRead(type) is not { IsValid: true } ring)
        {
            return null;
        }

        IEnumerable<string> declarations = ring.Obstacles().Reverse().Select(static part => $"partial {Keyword(part.Type)} {part.Type.ToDisplayString(s_name)}");
        return new RingType(
            type.ToDisplayString().Replace("@", "") + ".g.cs",
            type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(),
            new(declarations),
            type.Name,
            ring.Request.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            ring.Response.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            SyntaxFacts.GetText(ring.Entries().Select(Widest).Min()));
    }

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };

    private static Accessibility Widest(ITypeSymbol entry)
    {
        Accessibility widest = Accessibility.Public;
        for (ITypeSymbol? type = entry; type is not null; type = type.ContainingType)
        {
            widest = type.DeclaredAccessibility switch
            {
                Accessibility.Public => widest,
                Accessibility.Internal or Accessibility.ProtectedOrInternal when widest != Accessibility.Private => Accessibility.Internal,
                _ => Accessibility.Private,
            };
        }

        return widest;
    }
}
