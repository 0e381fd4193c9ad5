using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0107: takes 'virtual' away from a generic method that nothing in the kernel overrides.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class GenericVirtualFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public GenericVirtualFix()
        : base(RuleIds.GenericVirtualOrArray, "Make the method non-virtual")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported is MethodDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.VirtualKeyword) &&
        declaration.Parent is not InterfaceDeclarationSyntax && model.GetDeclaredSymbol(declaration, cancellation) is { } method && !IsDispatched(method, model.Compilation)
            ? new Replacement(declaration, static rewritten => WithoutVirtual((MethodDeclarationSyntax)rewritten))
            : null;

    private static bool IsDispatched(IMethodSymbol method, Compilation compilation) =>
        Types(compilation.Assembly.GlobalNamespace).Any(type =>
            type.GetMembers(method.Name).OfType<IMethodSymbol>().Any(other => SymbolEqualityComparer.Default.Equals(other.OverriddenMethod?.OriginalDefinition, method)) ||
            type.AllInterfaces.SelectMany(contract => contract.GetMembers(method.Name)).Any(member => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member)?.OriginalDefinition, method)));

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) => container.GetMembers().OfType<INamespaceOrTypeSymbol>()
        .SelectMany(static member => Types(member).Concat(member is INamedTypeSymbol type ? [type] : []));

    private static MethodDeclarationSyntax WithoutVirtual(MethodDeclarationSyntax method)
    {
        SyntaxToken removed = method.Modifiers.First(static modifier => modifier.IsKind(SyntaxKind.VirtualKeyword));
        SyntaxToken next = removed.GetNextToken();
        MethodDeclarationSyntax moved = method.ReplaceToken(next, next.WithLeadingTrivia(removed.LeadingTrivia.AddRange(next.LeadingTrivia)));
        return moved.WithModifiers(SyntaxFactory.TokenList(moved.Modifiers.Where(static modifier => !modifier.IsKind(SyntaxKind.VirtualKeyword))));
    }
}
