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

/// <summary>PK0102: makes the finalizer <c>Dispose</c>; beside one that is there already it goes away, as it never ran.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class FinalizerFix : GuestFix
{
    private const string Dispose = "Dispose";
    private const string Disposable = "System.IDisposable";

    /// <summary>Creates the fix.</summary>
    public FinalizerFix()
        : base(RuleIds.Finalizer, "Clean up in Dispose")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported is not DestructorDeclarationSyntax { Parent: TypeDeclarationSyntax type } || model.GetDeclaredSymbol(type, cancellation) is not INamedTypeSymbol symbol ||
            model.Compilation.GetTypeByMetadataName(Disposable) is not { } disposable)
        {
            return null;
        }

        ISymbol[] own = [.. symbol.GetMembers(Dispose)];
        if (own.Any(static member => member is IMethodSymbol { Parameters.Length: 0 }))
        {
            return new Replacement(type, static rewritten => WithoutFinalizer((TypeDeclarationSyntax)rewritten));
        }

        bool isFree = own.Length == 0 && !Inherited(symbol).Any(static parent => HasCleanup(parent));
        bool isDisposable = symbol.AllInterfaces.Contains(disposable, SymbolEqualityComparer.Default);
        string? name = isDisposable ? null : disposable.ToMinimalDisplayString(model, type.SpanStart);
        return isFree && (isDisposable || type.ConstraintClauses.Count == 0)
            ? new Replacement(type, rewritten => WithDispose((TypeDeclarationSyntax)rewritten, name))
            : null;
    }

    // A parent's finalizer becomes its Dispose.
    private static bool HasCleanup(INamedTypeSymbol type) => !type.GetMembers(Dispose).IsEmpty ||
        (type.SpecialType != SpecialType.System_Object && type.GetMembers().Any(static member => member is IMethodSymbol { MethodKind: MethodKind.Destructor }));

    private static IEnumerable<INamedTypeSymbol> Inherited(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            yield return parent;
        }
    }

    private static TypeDeclarationSyntax WithoutFinalizer(TypeDeclarationSyntax type) =>
        type.RemoveNodes(type.Members.OfType<DestructorDeclarationSyntax>(), SyntaxRemoveOptions.KeepUnbalancedDirectives)!;

    private static TypeDeclarationSyntax WithDispose(TypeDeclarationSyntax type, string? disposable)
    {
        DestructorDeclarationSyntax finalizer = type.Members.OfType<DestructorDeclarationSyntax>().First();
        string attributes = finalizer.AttributeLists.ToString();
        string modifiers = finalizer.Modifiers.Any(SyntaxKind.UnsafeKeyword) ? "unsafe " : "";
        string body = finalizer.ParameterList.ToFullString() + finalizer.Body?.WithoutTrailingTrivia().ToFullString() + finalizer.ExpressionBody + finalizer.SemicolonToken.WithoutTrivia();
        MemberDeclarationSyntax dispose = SyntaxFactory.ParseMemberDeclaration($"{attributes}public {modifiers}void {Dispose}{body}")!.WithTriviaFrom(finalizer);
        TypeDeclarationSyntax replaced = type.ReplaceNode(finalizer, dispose);
        return disposable is null ? replaced : WithBase(replaced, disposable);
    }

    private static TypeDeclarationSyntax WithBase(TypeDeclarationSyntax type, string name)
    {
        SyntaxToken last = type.OpenBraceToken.GetPreviousToken();
        SimpleBaseTypeSyntax added = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName(name));
        if (type.BaseList is { } list)
        {
            SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            SeparatedSyntaxList<BaseTypeSyntax> bases = SyntaxFactory.SeparatedList<BaseTypeSyntax>(
                list.Types.Replace(list.Types.Last(), list.Types.Last().WithoutTrailingTrivia()).GetWithSeparators().Add(comma).Add(added.WithTrailingTrivia(last.TrailingTrivia)));
            return (TypeDeclarationSyntax)type.WithBaseList(list.WithTypes(bases));
        }

        SyntaxToken colon = SyntaxFactory.Token(SyntaxKind.ColonToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space);
        BaseListSyntax made = SyntaxFactory.BaseList(colon, SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(added)).WithTrailingTrivia(last.TrailingTrivia);
        return (TypeDeclarationSyntax)type.ReplaceToken(last, last.WithTrailingTrivia()).WithBaseList(made);
    }
}
