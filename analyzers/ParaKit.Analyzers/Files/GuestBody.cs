using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Files;

/// <summary>Code of one declaration, bound as far as somebody asks.</summary>
/// <param name="syntax">One of <see cref="FileBodies.All"/>.</param>
/// <param name="file">Where it stands and where findings go.</param>
internal sealed class GuestBody(SyntaxNode syntax, SemanticModelAnalysisContext file)
{
    private readonly Lazy<ISymbol> _owner = new(() => Owner(syntax, file.SemanticModel, file.CancellationToken));

    internal SyntaxNode Syntax => syntax;

    internal SemanticModel Model => file.SemanticModel;

    internal CancellationToken CancellationToken => file.CancellationToken;

    /// <summary>The member that the code belongs to.</summary>
    internal ISymbol OwningSymbol => _owner.Value;

    internal void ReportDiagnostic(Diagnostic diagnostic) => file.ReportDiagnostic(diagnostic);

    /// <summary>The member that a body belongs to.</summary>
    internal static ISymbol Owner(SyntaxNode body, SemanticModel model, CancellationToken cancellation)
    {
        SyntaxNode declaration = body switch
        {
            ArrowExpressionClauseSyntax or EqualsValueClauseSyntax => body.Parent!,
            PrimaryConstructorBaseTypeSyntax => body.FirstAncestorOrSelf<TypeDeclarationSyntax>()!,
            _ => body,
        };
        ISymbol? declared = body is CompilationUnitSyntax unit
            ? model.GetDeclaredSymbol(unit, cancellation)
            : model.GetDeclaredSymbol(declaration, cancellation);
        return body is ArrowExpressionClauseSyntax && declared is IPropertySymbol { GetMethod: { } getter } ? getter : declared ?? model.Compilation.Assembly;
    }

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
}
