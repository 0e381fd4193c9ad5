using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Generators.Model;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Parse;

/// <summary>
/// What calls in one file mean. Most are <c>X86.Cli()</c>: a type by its name, and a method that no overload competes with. Such a call means one
/// thing wherever it stands, so the body around it, which the compiler binds anyway, is not bound a second time.
/// </summary>
internal sealed class FileCalls(SemanticModel model, StaticMethods methods, CancellationToken cancellation)
{
    private readonly Dictionary<string, bool> _isDeclared = [];
    private readonly Dictionary<(SyntaxNode Type, string Name), INamedTypeSymbol?> _qualifiers = [];
    private readonly Dictionary<SyntaxNode, EquatableArray<string>?> _enclosing = [];

    internal SemanticModel Model => model;

    /// <summary>The method that is called.</summary>
    internal IMethodSymbol? TargetOf(InvocationExpressionSyntax call) =>
        TryTargetOf(call) ?? model.GetSymbolInfo(call, cancellation).Symbol as IMethodSymbol;

    /// <summary>The types around a call, or null when it is in code that is marked native.</summary>
    internal EquatableArray<string>? EnclosingTypesOf(InvocationExpressionSyntax call)
    {
        TypeDeclarationSyntax? type = null;
        for (SyntaxNode? node = call.Parent; node is not null && type is null; node = node.Parent)
        {
            if (MayBeMarked(node))
            {
                return OfSymbol(model.GetEnclosingSymbol(call.SpanStart, cancellation));
            }

            type = node as TypeDeclarationSyntax;
        }

        if (type is null)
        {
            return OfSymbol(model.GetEnclosingSymbol(call.SpanStart, cancellation));
        }

        if (!_enclosing.TryGetValue(type, out EquatableArray<string>? names))
        {
            _enclosing.Add(type, names = OfSymbol(model.GetDeclaredSymbol(type, cancellation)));
        }

        return names;
    }

    private static EquatableArray<string>? OfSymbol(ISymbol? symbol) =>
        NativeCode.IsMarked(symbol) ? null : new EquatableArray<string>(NativeCode.EnclosingTypes(symbol));

    // Types are asked for their marks themselves: another part may have them.
    private static bool MayBeMarked(SyntaxNode node) => node switch
    {
        TypeDeclarationSyntax => false,
        MemberDeclarationSyntax member => member.AttributeLists.Count > 0 || member.Modifiers.Any(SyntaxKind.PartialKeyword),
        AccessorDeclarationSyntax accessor => accessor.AttributeLists.Count > 0,
        LocalFunctionStatementSyntax local => local.AttributeLists.Count > 0,
        LambdaExpressionSyntax lambda => lambda.AttributeLists.Count > 0,
        _ => false,
    };

    private IMethodSymbol? TryTargetOf(InvocationExpressionSyntax call)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax qualifier, Name: IdentifierNameSyntax name } ||
            call.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } around || IsDeclaredHere(qualifier.Identifier.ValueText) ||
            Qualifier(around, qualifier.Identifier.ValueText) is not { } type)
        {
            return null;
        }

        return methods.Find(type, name.Identifier.ValueText, call.ArgumentList.Arguments.Count);
    }

    // A static class that the name means everywhere in the type.
    private INamedTypeSymbol? Qualifier(TypeDeclarationSyntax around, string name)
    {
        if (!_qualifiers.TryGetValue((around, name), out INamedTypeSymbol? type))
        {
            type = Lookup(around, name) is INamedTypeSymbol { IsStatic: true, IsGenericType: false } one ? one : null;
            _qualifiers.Add((around, name), type);
        }

        return type;
    }

    private ISymbol? Lookup(TypeDeclarationSyntax around, string name)
    {
        int position = around.OpenBraceToken.Span.End;
        if (IsAllHere(around))
        {
            return model.GetSpeculativeSymbolInfo(position, SyntaxFactory.IdentifierName(name), SpeculativeBindingOption.BindAsTypeOrNamespace).Symbol;
        }

        ImmutableArray<ISymbol> found = model.LookupSymbols(position, name: name);
        return found.Length == 1 ? found[0] : null;
    }

    // True when all members that a simple name can mean are declared in this file: then only types are left, and no member needs a symbol.
    private bool IsAllHere(TypeDeclarationSyntax around) =>
        !methods.HasGlobalStaticUsings && around.AncestorsAndSelf().All(static node => node switch
        {
            TypeDeclarationSyntax type => type.BaseList is null && !type.Modifiers.Any(SyntaxKind.PartialKeyword),
            BaseNamespaceDeclarationSyntax space => !StaticMethods.HasStatic(space.Usings),
            CompilationUnitSyntax unit => !StaticMethods.HasStatic(unit.Usings),
            _ => false,
        });

    // True when some local, parameter or the like of this file has the name.
    private bool IsDeclaredHere(string name)
    {
        if (!_isDeclared.TryGetValue(name, out bool isDeclared))
        {
            FileWords words = FileWords.Of(model.SyntaxTree);
            SyntaxNode root = model.SyntaxTree.GetRoot(cancellation);
            isDeclared = words.HasEscapes || words.Occurrences(name).Any(position => !IsQualifying(words.Text, position + name.Length) && IsDeclaration(root.FindToken(position), position));
            _isDeclared.Add(name, isDeclared);
        }

        return isDeclared;
    }

    private static bool IsQualifying(string text, int end) => end < text.Length && text[end] == '.';

    // Comments and strings belong to no identifier.
    private static bool IsDeclaration(SyntaxToken token, int position) =>
        token.IsKind(SyntaxKind.IdentifierToken) && token.Span.Contains(position) && token.Parent is not SimpleNameSyntax { Parent: not NameEqualsSyntax };
}
