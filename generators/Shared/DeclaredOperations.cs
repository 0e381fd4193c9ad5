using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// All sensitive operations that a compilation can see. What does not change from one edit to the next, libraries and the other files, is
/// looked through once.
/// </summary>
internal static class DeclaredOperations
{
    private static readonly ConditionalWeakTable<IAssemblySymbol, Box<SensitiveOperation>> s_libraries = new();
    private static readonly ConditionalWeakTable<SyntaxTree, Box<SyntaxNode>> s_files = new();

    /// <summary>Those of the compilation itself and of the referenced assemblies that know the attribute.</summary>
    internal static IEnumerable<SensitiveOperation> In(Compilation compilation) => InSource(compilation).Concat(InReferences(compilation));

    /// <summary>Those of the referenced assemblies that know the attribute.</summary>
    internal static IEnumerable<SensitiveOperation> InReferences(Compilation compilation) => Libraries(compilation)
        .SelectMany(static assembly => s_libraries.GetValue(assembly, static key => new Box<SensitiveOperation>([.. Within(key.GlobalNamespace)])).Items);

    /// <summary>The guest library and those that know it.</summary>
    internal static IEnumerable<IAssemblySymbol> Libraries(Compilation compilation) =>
        compilation.GetTypeByMetadataName(GuestApi.SensitiveAttribute)?.ContainingAssembly is { } guest
            ? compilation.SourceModule.ReferencedAssemblySymbols.Where(assembly => SymbolEqualityComparer.Default.Equals(assembly, guest) ||
                assembly.Modules.Any(module => module.ReferencedAssemblies.Contains(guest.Identity)))
            : [];

    /// <summary>Those that the compilation declares.</summary>
    internal static IEnumerable<SensitiveOperation> InSource(Compilation compilation)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            foreach (SyntaxNode declaration in s_files.GetValue(tree, static key => new Box<SyntaxNode>([.. Annotated(key)])).Items)
            {
                if (compilation.GetSemanticModel(tree).GetDeclaredSymbol(declaration) is IMethodSymbol method && SensitiveOperation.TryRead(method) is { } operation)
                {
                    yield return operation;
                }
            }
        }
    }

    // Methods and accessors with any attribute: whether it is the one, even under another name, is asked of the symbol.
    private static IEnumerable<SyntaxNode> Annotated(SyntaxTree tree) => tree.GetRoot().DescendantNodes(static node => node is not (BlockSyntax or ArrowExpressionClauseSyntax))
        .Where(static node => node is BaseMethodDeclarationSyntax { AttributeLists.Count: > 0 } or AccessorDeclarationSyntax { AttributeLists.Count: > 0 });

    private static IEnumerable<SensitiveOperation> Within(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamespaceOrTypeSymbol nested)
            {
                foreach (SensitiveOperation operation in Within(nested))
                {
                    yield return operation;
                }
            }
            else if (member is IMethodSymbol method && SensitiveOperation.TryRead(method) is { } operation)
            {
                yield return operation;
            }
        }
    }

    private sealed class Box<T>(ImmutableArray<T> items)
    {
        internal ImmutableArray<T> Items { get; } = items;
    }
}
