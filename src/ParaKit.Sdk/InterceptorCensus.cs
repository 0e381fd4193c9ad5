using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ParaKit.Image;

namespace ParaKit.Sdk;

/// <summary>
/// Counts rewritten call sites in compiled assemblies: each one is an InterceptsLocation attribute that the generator put on a method
/// of the namespace ParaKit.Generated. Counting the result, not the intention, keeps the report honest.
/// </summary>
internal static class InterceptorCensus
{
    private const string GeneratedNamespace = "ParaKit.Generated";
    private const string AttributeName = "InterceptsLocationAttribute";

    /// <summary>Counts the sites of a kernel and of the guest library that it is linked with.</summary>
    internal static IEnumerable<RewriteSite> Count(IEnumerable<string> assemblies, IEnumerable<string> libraries) =>
        [.. Count(assemblies), .. Count(libraries).Select(s => s with { IsInLibrary = true })];

    private static IEnumerable<RewriteSite> Count(IEnumerable<string> assemblies) => assemblies
        .SelectMany(CountOne)
        .GroupBy(s => s.Operation)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => new RewriteSite(g.Key, g.First().Replacement, g.Sum(s => s.Count)));

    private static IEnumerable<RewriteSite> CountOne(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        List<RewriteSite> sites =
        [
            .. metadata.MethodDefinitions.Select(metadata.GetMethodDefinition)
                .Where(m => IsGenerated(metadata, metadata.GetTypeDefinition(m.GetDeclaringType())))
                .Select(m => new RewriteSite(OperationName(metadata.GetString(m.Name)), "paravirtual counterpart", m.GetCustomAttributes().Count(a => IsInterception(metadata, a))))
                .Where(s => s.Count > 0),
        ];
        return sites;
    }

    /// <summary>The generator calls an interceptor Type_Method, with a number behind it for further overloads.</summary>
    private static string OperationName(string interceptor)
    {
        string[] parts = interceptor.Split('_');
        bool isNumbered = parts.Length > 2 && parts[^1].All(char.IsAsciiDigit);
        return parts[0] + "." + string.Join('_', parts[1..(isNumbered ? ^1 : ^0)]);
    }

    private static bool IsGenerated(MetadataReader metadata, TypeDefinition type) =>
        metadata.GetString(type.Namespace) == GeneratedNamespace;

    private static bool IsInterception(MetadataReader metadata, CustomAttributeHandle handle)
    {
        EntityHandle constructor = metadata.GetCustomAttribute(handle).Constructor;
        if (constructor.Kind != HandleKind.MethodDefinition)
        {
            return false;
        }

        TypeDefinition type = metadata.GetTypeDefinition(metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType());
        return metadata.GetString(type.Name).EndsWith(AttributeName, StringComparison.Ordinal);
    }
}
