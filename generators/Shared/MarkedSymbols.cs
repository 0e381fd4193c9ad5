using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ParaKit.SensitiveOperations;

/// <summary>What a compilation marks with some attributes. Files without the attributes' names are not looked at.</summary>
/// <remarks>
/// The compiler has such a search of its own, for one attribute at a time and with steps that it compiles again in each process: that took
/// longer than all else that generators do in a native build.
/// </remarks>
internal static class MarkedSymbols
{
    private const string Suffix = "Attribute";

    /// <summary>Types and members that may have one of the attributes, each once, in the order of the files.</summary>
    internal static IEnumerable<ISymbol> Find(Compilation compilation, IEnumerable<string> attributes, CancellationToken cancellation)
    {
        HashSet<string> names = [.. attributes.Select(static attribute => attribute.Substring(attribute.LastIndexOf('.') + 1)).SelectMany(static name => new[] { name, name.Substring(0, name.Length - Suffix.Length) })];
        names.UnionWith(GlobalAliases(compilation, names, cancellation).ToArray());
        foreach (SyntaxTree tree in GuestApi.SourceFiles(compilation))
        {
            FileWords words = FileWords.Of(tree);
            if (!words.HasEscapes && !names.Any(words.MayHave))
            {
                continue;
            }

            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode declaration in FileBodies.Of(tree).Annotated)
            {
                if (FileBodies.AnnotatedSymbol(declaration, model, cancellation) is { } symbol)
                {
                    yield return symbol;
                }
            }
        }
    }

    // A name that another file gives to an attribute for all of them.
    private static IEnumerable<string> GlobalAliases(Compilation compilation, HashSet<string> names, CancellationToken cancellation) =>
        from tree in GuestApi.SourceFiles(compilation)
        where FileWords.Of(tree) is var words && words.MayHave("global") && names.Any(words.MayHave)
        from directive in ((CompilationUnitSyntax)tree.GetRoot(cancellation)).Usings
        where directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword) && directive.Alias is not null && names.Any(directive.NamespaceOrType.ToString().EndsWith)
        let alias = directive.Alias!.Name.Identifier.ValueText
        from name in new[] { alias, alias.EndsWith(Suffix, System.StringComparison.Ordinal) ? alias.Substring(0, alias.Length - Suffix.Length) : alias + Suffix }
        select name;
}
