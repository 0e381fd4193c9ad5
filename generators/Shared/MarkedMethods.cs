using System.Collections.Generic;
using System.Linq;
using System.Reflection.Metadata;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// The methods of a library that may have some attribute. Its table of attributes says which: of all the other types and members no symbols are made,
/// which is what a walk through a library costs.
/// </summary>
internal static class MarkedMethods
{
    /// <param name="library">A referenced assembly.</param>
    /// <param name="attribute">The attribute's metadata name with its namespace; not nested, not generic.</param>
    /// <returns>Every method with the attribute, once, and perhaps overloads of it without.</returns>
    internal static IEnumerable<IMethodSymbol> Find(IAssemblySymbol library, string attribute)
    {
        if (library.GetMetadata() is not { } metadata)
        {
            return Within(library.GlobalNamespace);
        }

        HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);
        return metadata.GetModules().SelectMany(module => Marked(module.GetMetadataReader(), attribute, library)).Where(seen.Add).OfType<IMethodSymbol>();
    }

    private static IEnumerable<ISymbol> Marked(MetadataReader reader, string attribute, IAssemblySymbol library)
    {
        int dot = attribute.LastIndexOf('.');
        string space = attribute.Substring(0, dot);
        string name = attribute.Substring(dot + 1);
        foreach (CustomAttributeHandle handle in reader.CustomAttributes)
        {
            CustomAttribute use = reader.GetCustomAttribute(handle);
            if (use.Parent.Kind == HandleKind.MethodDefinition && IsOf(reader, use.Constructor, space, name))
            {
                MethodDefinition method = reader.GetMethodDefinition((MethodDefinitionHandle)use.Parent);
                foreach (ISymbol member in library.GetTypeByMetadataName(NameOf(reader, method.GetDeclaringType()))?.GetMembers(reader.GetString(method.Name)) ?? [])
                {
                    yield return member;
                }
            }
        }
    }

    private static bool IsOf(MetadataReader reader, EntityHandle constructor, string space, string name)
    {
        EntityHandle type = constructor.Kind == HandleKind.MethodDefinition
            ? reader.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()
            : reader.GetMemberReference((MemberReferenceHandle)constructor).Parent;
        return type.Kind switch
        {
            HandleKind.TypeDefinition when reader.GetTypeDefinition((TypeDefinitionHandle)type) is var definition => AreEqual(definition.Namespace, definition.Name),
            HandleKind.TypeReference when reader.GetTypeReference((TypeReferenceHandle)type) is var reference => AreEqual(reference.Namespace, reference.Name),
            _ => false,
        };

        bool AreEqual(StringHandle typeSpace, StringHandle typeName) => reader.StringComparer.Equals(typeName, name) && reader.StringComparer.Equals(typeSpace, space);
    }

    private static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{NameOf(reader, outer)}+{name}"
            : type.Namespace.IsNil ? name
            : $"{reader.GetString(type.Namespace)}.{name}";
    }

    // A library that is compiled along, in an editor.
    private static IEnumerable<IMethodSymbol> Within(INamespaceOrTypeSymbol container)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            if (member is INamespaceOrTypeSymbol nested)
            {
                foreach (IMethodSymbol method in Within(nested))
                {
                    yield return method;
                }
            }
            else if (member is IMethodSymbol method)
            {
                yield return method;
            }
        }
    }
}
