using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.SensitiveOperations;

/// <summary>A type with <c>[IoRing]</c>, and what keeps it from becoming a ring.</summary>
internal sealed class IoRingDeclaration
{
    /// <summary>What a page has room for after the head of the ring. Xen public/io/ring.h, "__RING_SIZE".</summary>
    internal const int SlotBytes = 4096 - 64;

    private IoRingDeclaration(INamedTypeSymbol type, AttributeData attribute, ITypeSymbol request, ITypeSymbol response) =>
        (Type, Attribute, Request, Response) = (type, attribute, request, response);

    internal INamedTypeSymbol Type { get; }

    internal AttributeData Attribute { get; }

    internal ITypeSymbol Request { get; }

    internal ITypeSymbol Response { get; }

    /// <summary>True when nothing is wrong.</summary>
    internal bool IsValid => Obstacles().All(static obstacle => obstacle.Reason is null) && Entries().All(static entry => IsPlainData(entry) && !IsTooLarge(entry));

    /// <summary>The declaration, or null for a type without the attribute or with one that does not compile.</summary>
    internal static IoRingDeclaration? TryRead(INamedTypeSymbol type) =>
        GuestApi.FindAttribute(type, GuestApi.IoRingAttribute) is { ConstructorArguments.Length: 2 } attribute &&
        attribute.ConstructorArguments[0].Value is ITypeSymbol { TypeKind: not TypeKind.Error } request &&
        attribute.ConstructorArguments[1].Value is ITypeSymbol { TypeKind: not TypeKind.Error } response
            ? new IoRingDeclaration(type, attribute, request, response)
            : null;

    /// <summary>The type and those around it, with the reason why a second part cannot be added to it, or null.</summary>
    internal IEnumerable<(INamedTypeSymbol Type, string? Reason)> Obstacles()
    {
        for (INamedTypeSymbol? type = Type; type is not null; type = type.ContainingType)
        {
            yield return (type, !IsPartial(type) ? "is not partial" : type.IsFileLocal ? "is local to its file" : type.IsGenericType ? "is generic, and slots need explicit layout" : null);
        }
    }

    /// <summary>Request and response; one of them if they are the same.</summary>
    internal IEnumerable<ITypeSymbol> Entries()
    {
        yield return Request;
        if (!SymbolEqualityComparer.Default.Equals(Request, Response))
        {
            yield return Response;
        }
    }

    /// <summary>True when the other domain can make sense of the bytes: a struct without references whose layout is declared.</summary>
    internal static bool IsPlainData(ITypeSymbol entry) =>
        entry is INamedTypeSymbol { IsUnboundGenericType: false, IsUnmanagedType: true, TypeKind: TypeKind.Struct or TypeKind.Enum, IsRefLikeType: false } && StructLayouts.SizeOf(entry) is not null;

    /// <summary>True when not even one entry fits.</summary>
    internal static bool IsTooLarge(ITypeSymbol entry) => StructLayouts.SizeOf(entry) > SlotBytes;

    private static bool IsPartial(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.All(static part =>
        part.GetSyntax() is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));
}
