using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Generators.Model;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Parse;

/// <summary>Turns a method with <c>[Hypercall]</c> into a model of strings.</summary>
internal static class HypercallParser
{
    /// <summary>The model, or null when rule PK0504 reports the declaration.</summary>
    internal static HypercallMethod? Parse(IMethodSymbol method, MethodDeclarationSyntax syntax)
    {
        if (HypercallDeclaration.TryRead(method) is not { Problem: null } hypercall)
        {
            return null;
        }

        return new HypercallMethod(
            hypercall.Number,
            method.ContainingNamespace.IsGlobalNamespace ? "" : method.ContainingNamespace.ToDisplayString(),
            new(Types(method).Reverse()),
            string.Join(" ", syntax.Modifiers.Select(static modifier => modifier.Text)),
            syntax.Identifier.Text,
            hypercall.NativeName ?? "",
            new(method.Parameters.Select(Parse)));
    }

    private static IEnumerable<string> Types(IMethodSymbol method)
    {
        for (INamedTypeSymbol? type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            yield return (type.TypeKind == TypeKind.Struct ? "struct " : type.TypeKind == TypeKind.Interface ? "interface " : "class ") + Escape(type.Name);
        }
    }

    private static HypercallArgument Parse(IParameterSymbol parameter)
    {
        string type = parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        string name = Escape(parameter.Name);
        bool isByAddress = HypercallDeclaration.IsByAddress(parameter);
        string modifier = parameter.RefKind switch
        {
            RefKind.In => "in ",
            RefKind.Ref => "ref ",
            RefKind.RefReadOnlyParameter => "ref readonly ",
            _ => "",
        };
        return new HypercallArgument(
            $"{(parameter.ScopedKind == ScopedKind.None ? "" : "scoped ")}{modifier}{type} {name}",
            name,
            parameter.RefKind == RefKind.RefReadOnlyParameter ? "in " : modifier,
            isByAddress ? type + "*" : "",
            isByAddress ? parameter.Name + "Address" : "");
    }

    private static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
