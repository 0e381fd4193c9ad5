using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>
/// Which bodies of a compilation can concern the rules, judged by the names in them. The others are never bound, which is what analysis
/// costs: most code of a kernel is ordinary.
/// </summary>
internal sealed class SensitiveBodies
{
    // Members of trap frames, numbers of frames and pages, hypercalls.
    private static readonly string[] s_names = ["Cs", "Ss", "Pfn", "Mfn", "Vpn", "MachineFrame", "Hypercall"];

    // Called without being named: by a collection initializer, an indexer.
    private static readonly string[] s_implicitNames = ["Add", "this[]"];

    private readonly HashSet<string> _names;
    private readonly bool _isAny;
    private readonly ConcurrentDictionary<SyntaxNode, bool> _mayConcern = new();
    private readonly ConcurrentDictionary<SyntaxNode, IOperation[]> _operations = new();

    internal SensitiveBodies(Compilation compilation)
    {
        _names = new HashSet<string>(s_names, StringComparer.Ordinal);
        foreach (SensitiveOperation operation in DeclaredOperations.In(compilation))
        {
            _names.Add(operation.Method.AssociatedSymbol?.MetadataName is { } property ? property.Replace("Item", "this[]") : operation.Method.Name);
        }

        _names.UnionWith(compilation.GetTypeByMetadataName(GuestApi.Hypercall)?.GetMembers().Select(static member => member.Name) ?? []);
        _names.UnionWith(compilation.SyntaxTrees.SelectMany(Aliases));
        _isAny = s_implicitNames.Any(_names.Contains);
    }

    /// <summary>True when a name in the body, or a function pointer, may concern some rule.</summary>
    internal bool MayConcern(SyntaxNode body) => _isAny || _mayConcern.GetOrAdd(body, Look);

    /// <summary>All operations of a body, outermost first.</summary>
    internal IOperation[] Operations(SyntaxNode body, SemanticModel model, CancellationToken cancellation) =>
        _operations.TryGetValue(body, out IOperation[]? known)
            ? known
            : _operations.GetOrAdd(body, [.. Roots(body, model, cancellation).SelectMany(static root => root.DescendantsAndSelf())]);

    /// <summary>The outermost operations of a body: one for a method, none or several for other declarations.</summary>
    internal static IEnumerable<IOperation> Roots(SyntaxNode body, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetOperation(body, cancellation) is { } whole)
        {
            return [whole];
        }

        return body.DescendantNodes(static node => !IsRoot(node)).Where(IsRoot)
            .Select(node => model.GetOperation(node, cancellation)).OfType<IOperation>();
    }

    private static bool IsRoot(SyntaxNode node) =>
        node is BlockSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax or ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax or GlobalStatementSyntax;

    private bool Look(SyntaxNode body) => body.DescendantTokens().Any(token =>
        (token.IsKind(SyntaxKind.IdentifierToken) && _names.Contains(token.ValueText)) ||
        (token.IsKind(SyntaxKind.DelegateKeyword) && token.Parent is FunctionPointerTypeSyntax));

    // Another name for a function pointer type.
    private static IEnumerable<string> Aliases(SyntaxTree tree) => tree.GetRoot() is CompilationUnitSyntax unit
        ? unit.Usings.Concat(unit.Members.OfType<BaseNamespaceDeclarationSyntax>().SelectMany(static space => space.Usings))
            .Where(static directive => directive.Alias is not null && directive.NamespaceOrType is FunctionPointerTypeSyntax)
            .Select(static directive => directive.Alias!.Name.Identifier.ValueText)
        : [];
}
