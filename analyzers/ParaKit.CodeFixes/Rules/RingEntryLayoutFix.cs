using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0408: declares the layout of an entry whose fields the compiler may arrange as it likes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RingEntryLayoutFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public RingEntryLayoutFix()
        : base(RuleIds.RingEntryNotPlain, "Lay the entry out in the order of its fields")
    {
    }

    // Both entries of a ring may be so; the next pass finds the other one.
    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type || model.GetDeclaredSymbol(type, cancellation) is not INamedTypeSymbol symbol ||
            IoRingDeclaration.TryRead(symbol) is not { } ring)
        {
            return null;
        }

        MemberAccessExpressionSyntax? layout = ring.Entries().Where(static entry => entry is { IsUnmanagedType: true, TypeKind: TypeKind.Struct } && !IoRingDeclaration.IsPlainData(entry))
            .Select(entry => AutoLayout(entry, model, cancellation)).FirstOrDefault(static found => found is not null);
        return layout is null ? null : new Replacement(layout, static rewritten => ((MemberAccessExpressionSyntax)rewritten).WithName(SyntaxFactory.IdentifierName("Sequential")));
    }

    // LayoutKind.Auto on the entry's declaration, where nothing else is in the way.
    private static MemberAccessExpressionSyntax? AutoLayout(ITypeSymbol entry, SemanticModel model, CancellationToken cancellation) =>
        entry.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic).All(static field => field.IsFixedSizeBuffer || StructLayouts.SizeOf(field.Type) is not null)
            ? entry.DeclaringSyntaxReferences.Where(part => part.SyntaxTree == model.SyntaxTree)
                .SelectMany(part => ((TypeDeclarationSyntax)part.GetSyntax(cancellation)).AttributeLists)
                .SelectMany(static list => list.DescendantNodes().OfType<MemberAccessExpressionSyntax>())
                .FirstOrDefault(static access => access.Name.Identifier.ValueText == "Auto")
            : null;
}
