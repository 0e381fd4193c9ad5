using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0501: makes a handler visible to generated code, and gives it the frame that it does not look at.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class HandlerSignatureFix : GuestFix
{
    private const string Parameter = "frame";

    /// <summary>Creates the fix.</summary>
    public HandlerSignatureFix()
        : base(RuleIds.HandlerSignature, "Make the handler callable")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { ExplicitInterfaceSpecifier: null } declaration ||
            model.GetDeclaredSymbol(declaration, cancellation) is not { IsStatic: true, Arity: 0, PartialDefinitionPart: null, PartialImplementationPart: null } method ||
            EntryHandler.Read(method).FirstOrDefault(handler => handler.Attribute.ApplicationSyntaxReference?.Span == reported.FirstAncestorOrSelf<AttributeSyntax>()?.Span) is not { Problem: not null } handler)
        {
            return null;
        }

        bool isHidden = method.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal);
        bool lacksFrame = handler.Kind != EntryKind.Event && method.Parameters.IsEmpty && method.ReturnsVoid;
        return handler.IsCallable(isVisible: isHidden, takesFrame: lacksFrame)
            ? new Replacement(declaration, rewritten => Change((MethodDeclarationSyntax)rewritten, isHidden, lacksFrame))
            : null;
    }

    // A method with two attributes asks for the same twice.
    private static MethodDeclarationSyntax Change(MethodDeclarationSyntax method, bool isHidden, bool lacksFrame)
    {
        MethodDeclarationSyntax changed = isHidden && !method.Modifiers.Any(SyntaxKind.InternalKeyword) ? WithInternal(method) : method;
        return lacksFrame && changed.ParameterList.Parameters.Count == 0
            ? changed.WithParameterList(SyntaxFactory.ParseParameterList($"(TrapFrame* {Parameter})").WithTriviaFrom(changed.ParameterList))
            : changed;
    }

    private static MethodDeclarationSyntax WithInternal(MethodDeclarationSyntax method)
    {
        SyntaxToken added = SyntaxFactory.Token(SyntaxKind.InternalKeyword);
        SyntaxToken[] access = [.. method.Modifiers.Where(static modifier => modifier.IsKind(SyntaxKind.PrivateKeyword) || modifier.IsKind(SyntaxKind.ProtectedKeyword))];
        if (access.Length > 0)
        {
            return method.WithModifiers(SyntaxFactory.TokenList(method.Modifiers.Where(modifier => !access.Skip(1).Contains(modifier))
                .Select(modifier => modifier == access[0] ? added.WithTriviaFrom(modifier) : modifier)));
        }

        SyntaxToken first = method.Modifiers.First();
        return method.WithModifiers(method.Modifiers.Replace(first, first.WithLeadingTrivia()).Insert(0, added.WithLeadingTrivia(first.LeadingTrivia).WithTrailingTrivia(SyntaxFactory.Space)));
    }
}
