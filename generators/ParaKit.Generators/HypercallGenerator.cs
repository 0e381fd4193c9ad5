using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using ParaKit.Generators.Model;
using ParaKit.Generators.Parse;
using ParaKit.Generators.Writers;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators;

/// <summary>
/// Writes the body of each <c>[Hypercall]</c>: a call into the hypercall page, or in a native image a call of the method that stands in
/// for the hypervisor. Rules PK0504 and PK0505 report what has no body.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class HypercallGenerator : IIncrementalGenerator
{
    /// <summary>Name of the generated file.</summary>
    public const string FileName = "Hypercalls.g.cs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<string> mode = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => options.GlobalOptions.TryGetValue(GuestApi.ModeProperty, out string? mode) ? mode : "")
            .WithTrackingName(TrackingNames.Mode);

        IncrementalValueProvider<EquatableArray<HypercallMethod>> hypercalls = context.CompilationProvider
            .Select(static (compilation, cancellation) => new EquatableArray<HypercallMethod>(Find(compilation, cancellation)
                .OrderBy(static one => one.Namespace, StringComparer.Ordinal)
                .ThenBy(static one => string.Join(".", one.Types), StringComparer.Ordinal)
                .ThenBy(static one => one.Name, StringComparer.Ordinal)
                .ThenBy(static one => string.Join(", ", one.Arguments.Select(static argument => argument.Declaration)), StringComparer.Ordinal)))
            .WithTrackingName(TrackingNames.Hypercalls);

        context.RegisterSourceOutput(hypercalls.Combine(mode), static (output, input) =>
        {
            if (input.Left.Count > 0)
            {
                output.AddSource(FileName, SourceText.From(HypercallWriter.Write(input.Left, input.Right == GuestApi.NativeMode), Encoding.UTF8));
            }
        });
    }

    private static IEnumerable<HypercallMethod> Find(Compilation compilation, CancellationToken cancellation) =>
        from method in MarkedSymbols.Find(compilation, [GuestApi.HypercallAttribute], cancellation).OfType<IMethodSymbol>()
        where GuestApi.FindAttribute(method, GuestApi.HypercallAttribute) is not null
        let declaration = method.DeclaringSyntaxReferences[0].GetSyntax(cancellation) as MethodDeclarationSyntax
        where declaration is not null
        let hypercall = HypercallParser.Parse(method, declaration)
        where hypercall is not null
        select hypercall;
}
