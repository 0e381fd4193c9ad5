using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ParaKit.Generators.Model;
using ParaKit.Generators.Parse;
using ParaKit.Generators.Writers;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators;

/// <summary>
/// Completes each type with <c>[IoRing]</c>: a front end and a back end with Xen's ring protocol. Reports nothing: a type that it must leave
/// alone is reported by the analyzer.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class IoRingGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<RingType> rings = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                GuestApi.IoRingAttribute,
                static (node, _) => node is TypeDeclarationSyntax,
                static (syntax, _) => RingParser.Parse((INamedTypeSymbol)syntax.TargetSymbol))
            .Where(static ring => ring is not null)
            .Select(static (ring, _) => ring!)
            .WithTrackingName(TrackingNames.Rings);

        context.RegisterSourceOutput(rings, static (output, ring) =>
            output.AddSource(ring.FileName, SourceText.From(RingWriter.Write(ring), Encoding.UTF8)));
    }
}
