using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.Analyzers.Files;

/// <summary>A name and the names that its declaration mentions: attributes, types, parameters, bases.</summary>
/// <param name="Name">What code writes to get at it; of members that are used without being named, the type's name.</param>
/// <param name="Mentions">Identifiers of the declaration, without its body.</param>
/// <param name="IsType">True when what mentions this name has to do with what this mentions: types, and aliases of types.</param>
internal sealed record Declared(string Name, string[] Mentions, bool IsType)
{
    // Used by 'foreach', 'fixed' and patterns.
    private static readonly HashSet<string> s_implicit = ["GetEnumerator", "Current", "Deconstruct", "GetPinnableReference"];

    /// <summary>The declarations of a file.</summary>
    internal static IEnumerable<Declared> In(SyntaxTree tree) => tree.GetRoot()
        .DescendantNodes(static node => !IsBody(node))
        .SelectMany(static node => node switch
        {
            UsingDirectiveSyntax { Alias: { } alias } directive => [new Declared(alias.Name.Identifier.ValueText, Mentioned(directive.NamespaceOrType), true)],
            BaseTypeDeclarationSyntax type => [new Declared(type.Identifier.ValueText, Mentioned(type), true)],
            DelegateDeclarationSyntax type => [new Declared(type.Identifier.ValueText, Mentioned(type), true)],
            BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => new Declared(variable.Identifier.ValueText, Mentioned(field), false)),
            MethodDeclarationSyntax method => [Member(method, method.Identifier.ValueText)],
            PropertyDeclarationSyntax property => [Member(property, property.Identifier.ValueText)],
            IndexerDeclarationSyntax or OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax => [Member((MemberDeclarationSyntax)node, null)],
            _ => Enumerable.Empty<Declared>(),
        });

    /// <summary>The declarations of a library.</summary>
    internal static IEnumerable<Declared> In(INamespaceOrTypeSymbol container) => container.GetMembers().SelectMany(static member => member switch
    {
        INamespaceSymbol space => In(space),
        INamedTypeSymbol type => In(type).Append(new Declared(type.Name, Mentioned(type), true)),
        IFieldSymbol or IMethodSymbol or IPropertySymbol => [new Declared(IsImplicit(member) ? member.ContainingType.Name : member.Name, Mentioned(member), IsImplicit(member))],
        _ => Enumerable.Empty<Declared>(),
    });

    private static Declared Member(MemberDeclarationSyntax member, string? name) => name is null || s_implicit.Contains(name)
        ? new Declared(member.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>()?.Identifier.ValueText ?? "", Mentioned(member), true)
        : new Declared(name, Mentioned(member), false);

    private static bool IsImplicit(ISymbol member) => s_implicit.Contains(member.Name) ||
        member is IPropertySymbol { IsIndexer: true } or IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion };

    // Of a type, its head only: members speak for themselves.
    private static string[] Mentioned(SyntaxNode declaration) =>
    [
        .. declaration.DescendantTokens(node => !IsBody(node) && (node == declaration || node is not MemberDeclarationSyntax))
            .Where(static token => token.IsKind(SyntaxKind.IdentifierToken)).Select(static token => token.ValueText).Distinct(),
    ];

    private static string[] Mentioned(ISymbol member)
    {
        IEnumerable<ISymbol> attributed = member is IMethodSymbol { Parameters: var parameters } ? parameters.Prepend(member) : [member];
        IEnumerable<string> attributes = attributed.SelectMany(static symbol => symbol.GetAttributes()).Select(static attribute => attribute.AttributeClass?.Name).OfType<string>();
        IEnumerable<ITypeSymbol?> types = member switch
        {
            IFieldSymbol field => [field.Type],
            IPropertySymbol property => [property.Type],
            IMethodSymbol method => method.Parameters.Select(static parameter => parameter.Type).Prepend(method.ReturnType),
            INamedTypeSymbol type => type.AllInterfaces.Concat<ITypeSymbol?>([type.BaseType]),
            _ => [],
        };
        return [.. attributes.Concat(types.SelectMany(Names)).Distinct()];
    }

    private static IEnumerable<string> Names(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => Names(pointer.PointedAtType),
        IArrayTypeSymbol array => Names(array.ElementType),
        IFunctionPointerTypeSymbol function => function.Signature.Parameters.Select(static parameter => parameter.Type).Prepend(function.Signature.ReturnType).SelectMany(Names),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Names).Prepend(named.Name),
        _ => [],
    };

    private static bool IsBody(SyntaxNode node) => node is BlockSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax or GlobalStatementSyntax;
}
