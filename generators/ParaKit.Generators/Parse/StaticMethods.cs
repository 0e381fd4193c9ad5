using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Parse;

/// <summary>The methods of static classes that a compilation calls, found once however often they are called.</summary>
internal sealed class StaticMethods
{
    private readonly Dictionary<INamedTypeSymbol, Dictionary<string, IMethodSymbol[]>> _types = new(SymbolEqualityComparer.Default);

    internal StaticMethods(Compilation compilation, CancellationToken cancellation) =>
        HasGlobalStaticUsings = compilation.SyntaxTrees.Any(tree => FileWords.Of(tree).MayHave("global") &&
            HasStatic(((CompilationUnitSyntax)tree.GetRoot(cancellation)).Usings.Where(static directive => directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword))));

    /// <summary>True when members of some class can be meant by their simple names in every file.</summary>
    internal bool HasGlobalStaticUsings { get; }

    internal static bool HasStatic(IEnumerable<UsingDirectiveSyntax> usings) => usings.Any(static directive => directive.StaticKeyword.IsKind(SyntaxKind.StaticKeyword));

    /// <summary>The method that a call with so many arguments means, if no overload competes for it.</summary>
    internal IMethodSymbol? Find(INamedTypeSymbol type, string name, int arguments)
    {
        IMethodSymbol[] methods = [.. Overloads(type, name).Where(method => method.Parameters.Length == arguments)];
        return methods.Length == 1 ? methods[0] : null;
    }

    // Empty when the number of arguments does not tell overloads apart.
    private IMethodSymbol[] Overloads(INamedTypeSymbol type, string name)
    {
        if (!_types.TryGetValue(type, out Dictionary<string, IMethodSymbol[]>? known))
        {
            _types.Add(type, known = new(StringComparer.Ordinal));
        }

        if (!known.TryGetValue(name, out IMethodSymbol[]? methods))
        {
            ISymbol[] members = [.. type.GetMembers(name)];
            methods = [.. members.OfType<IMethodSymbol>()];
            bool compete = methods.Length != members.Length ||
                methods.Any(static method => method.IsGenericMethod || method.Parameters.Any(static parameter => parameter.IsOptional || parameter.IsParams));
            known.Add(name, methods = compete ? [] : methods);
        }

        return methods;
    }
}
