using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0505: writes a stand-in that answers as a hypervisor which does not know the number: -ENOSYS. Xen public/errno.h.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class HypercallFallbackFix : GuestFix
{
    private const string Suffix = "WithoutHypervisor";

    /// <summary>Creates the fix.</summary>
    public HypercallFallbackFix()
        : base(RuleIds.HypercallWithoutFallback, "Answer -ENOSYS in native images")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation) =>
        reported.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { Parent: TypeDeclarationSyntax type } method &&
        model.GetDeclaredSymbol(type, cancellation) is { } symbol && symbol.GetMembers(method.Identifier.ValueText + Suffix).IsEmpty
            ? new Replacement(type, rewritten => WithStandIn((TypeDeclarationSyntax)rewritten, method))
            : null;

    // By its text: others of the type may have changed already.
    private static TypeDeclarationSyntax WithStandIn(TypeDeclarationSyntax type, MethodDeclarationSyntax original)
    {
        MethodDeclarationSyntax? method = type.Members.OfType<MethodDeclarationSyntax>().FirstOrDefault(other => SyntaxFactory.AreEquivalent(other, original));
        AttributeSyntax? attribute = method?.AttributeLists.SelectMany(static list => list.Attributes).FirstOrDefault(static one => one.Name.ToString() is var name && (name.EndsWith("Hypercall", System.StringComparison.Ordinal) || name.EndsWith("HypercallAttribute", System.StringComparison.Ordinal)));
        if (method is null || attribute?.ArgumentList is not { } arguments)
        {
            return type;
        }

        string name = method.Identifier.ValueText + Suffix;
        AttributeArgumentListSyntax named = SyntaxFactory.ParseAttributeArgumentList($"({arguments.Arguments}, Native = nameof({name}))")!.WithTriviaFrom(arguments);
        MethodDeclarationSyntax declared = method.ReplaceNode(arguments, named);
        string leading = method.GetLeadingTrivia().ToString();
        string indent = leading.Substring(leading.LastIndexOf('\n') + 1);
        MemberDeclarationSyntax standIn = SyntaxFactory.ParseMemberDeclaration($"\n{indent}private static {method.ReturnType.WithoutTrivia()} {name}{method.ParameterList.WithoutTrivia()} => -38; // ENOSYS\n")!;
        int place = type.Members.IndexOf(method);
        return type.WithMembers(type.Members.Replace(method, declared).Insert(place + 1, standIn));
    }
}
