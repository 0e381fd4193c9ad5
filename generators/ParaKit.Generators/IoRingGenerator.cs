using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
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
        IncrementalValueProvider<EquatableArray<RingType>> rings = context.CompilationProvider
            .Select(static (compilation, cancellation) => new EquatableArray<RingType>(
                MarkedSymbols.Find(compilation, [GuestApi.IoRingAttribute], cancellation).OfType<INamedTypeSymbol>().Select(RingParser.Parse).OfType<RingType>()))
            .WithTrackingName(TrackingNames.Rings);

        context.RegisterSourceOutput(rings, static (output, rings) =>
        {
            foreach (RingType ring in rings)
            {
                output.AddSource(ring.FileName, SourceText.From(RingWriter.Write(ring), Encoding.UTF8));
            }
        });
    }
}
