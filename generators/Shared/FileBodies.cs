using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.SensitiveOperations;

/// <summary>The declarations of a file that have code, in its order, and those that have attributes.</summary>
internal sealed class FileBodies
{
    private static readonly ConditionalWeakTable<SyntaxTree, FileBodies> s_files = new();

    private readonly List<SyntaxNode> _bodies = [];
    private readonly List<SyntaxNode> _annotated = [];
    private readonly List<TypeDeclarationSyntax> _types = [];
    private readonly List<MethodDeclarationSyntax> _generic = [];

    private FileBodies(SyntaxNode root)
    {
        if (root is CompilationUnitSyntax unit)
        {
            if (unit.Members.Any(static member => member is GlobalStatementSyntax))
            {
                _bodies.Add(unit);
            }

            AddAll(unit.Members);
        }
    }

    /// <summary>Methods, accessors, initializers and the like; of a field the declarator.</summary>
    internal IReadOnlyList<SyntaxNode> All => _bodies;

    /// <summary>Declarations with attributes of their own: types, members, accessors; of a field the declarator.</summary>
    internal IReadOnlyList<SyntaxNode> Annotated => _annotated;

    /// <summary>Types with members.</summary>
    internal IReadOnlyList<TypeDeclarationSyntax> Types => _types;

    /// <summary>Generic methods.</summary>
    internal IReadOnlyList<MethodDeclarationSyntax> Generic => _generic;

    internal static FileBodies Of(SyntaxTree tree) => s_files.GetValue(tree, static key => new FileBodies(key.GetRoot()));

    /// <summary>
    /// The symbol of one of <see cref="Annotated"/>, or null where another part of it, which has attributes too, stands for it.
    /// </summary>
    internal static ISymbol? AnnotatedSymbol(SyntaxNode declaration, SemanticModel model, CancellationToken cancellation)
    {
        ISymbol? symbol = model.GetDeclaredSymbol(declaration, cancellation);
        if (symbol is IMethodSymbol { PartialDefinitionPart: { } definition })
        {
            return definition.DeclaringSyntaxReferences.Any(part => IsAnnotated(part.GetSyntax(cancellation))) ? null : definition;
        }

        return symbol is not INamedTypeSymbol { DeclaringSyntaxReferences.Length: > 1 } type ||
            type.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellation)).First(IsAnnotated) == declaration ? symbol : null;
    }

    private static bool IsAnnotated(SyntaxNode declaration) => declaration is MemberDeclarationSyntax { AttributeLists.Count: > 0 };

    private void AddAll(SyntaxList<MemberDeclarationSyntax> members)
    {
        foreach (MemberDeclarationSyntax member in members)
        {
            Add(member);
        }
    }

    private void Add(MemberDeclarationSyntax member)
    {
        switch (member)
        {
            case BaseNamespaceDeclarationSyntax space:
                AddAll(space.Members);
                break;
            case TypeDeclarationSyntax type:
                Annotate(type, type);
                _types.Add(type);
                PrimaryConstructorBaseTypeSyntax? primary = type.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault();
                AddIf(primary, primary is not null);
                AddAll(type.Members);
                break;
            case BaseMethodDeclarationSyntax method:
                Annotate(method, method);
                AddIf(method, method.Body is not null || method.ExpressionBody is not null || method is ConstructorDeclarationSyntax { Initializer: not null });
                if (method is MethodDeclarationSyntax { TypeParameterList: not null } generic)
                {
                    _generic.Add(generic);
                }

                break;
            case BasePropertyDeclarationSyntax property:
                AddProperty(property);
                break;
            case BaseFieldDeclarationSyntax field:
                foreach (VariableDeclaratorSyntax variable in field.Declaration.Variables)
                {
                    Annotate(field, variable);
                    AddIf(variable, variable.Initializer is not null);
                }

                break;
            default:
                Annotate(member, member);
                break;
        }
    }

    private void AddProperty(BasePropertyDeclarationSyntax property)
    {
        Annotate(property, property);
        ArrowExpressionClauseSyntax? arrow = (property as PropertyDeclarationSyntax)?.ExpressionBody ?? (property as IndexerDeclarationSyntax)?.ExpressionBody;
        AddIf(arrow, arrow is not null);
        foreach (AccessorDeclarationSyntax accessor in property.AccessorList?.Accessors ?? default)
        {
            Annotate(accessor.AttributeLists.Count, accessor);
            AddIf(accessor, accessor.Body is not null || accessor.ExpressionBody is not null);
        }

        AddIf((property as PropertyDeclarationSyntax)?.Initializer, property is PropertyDeclarationSyntax { Initializer: not null });
    }

    private void AddIf(SyntaxNode? body, bool hasCode)
    {
        if (hasCode)
        {
            _bodies.Add(body!);
        }
    }

    private void Annotate(MemberDeclarationSyntax member, SyntaxNode declaration) => Annotate(member.AttributeLists.Count, declaration);

    private void Annotate(int attributeLists, SyntaxNode declaration)
    {
        if (attributeLists > 0)
        {
            _annotated.Add(declaration);
        }
    }
}
