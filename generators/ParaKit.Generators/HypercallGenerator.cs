using System;
using System.Linq;
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
        IncrementalValueProvider<bool> native = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => options.GlobalOptions.TryGetValue(GuestApi.ModeProperty, out string? mode) && mode == GuestApi.NativeMode)
            .WithTrackingName(TrackingNames.Mode);

        IncrementalValueProvider<EquatableArray<HypercallMethod>> hypercalls = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                GuestApi.HypercallAttribute,
                static (node, _) => node is MethodDeclarationSyntax,
                static (syntax, _) => HypercallParser.Parse((IMethodSymbol)syntax.TargetSymbol, (MethodDeclarationSyntax)syntax.TargetNode))
            .Where(static hypercall => hypercall is not null)
            .Select(static (hypercall, _) => hypercall!)
            .Collect()
            .Select(static (all, _) => new EquatableArray<HypercallMethod>(all
                .OrderBy(static one => one.Namespace, StringComparer.Ordinal)
                .ThenBy(static one => string.Join(".", one.Types), StringComparer.Ordinal)
                .ThenBy(static one => one.Name, StringComparer.Ordinal)
                .ThenBy(static one => string.Join(", ", one.Arguments.Select(static argument => argument.Declaration)), StringComparer.Ordinal)))
            .WithTrackingName(TrackingNames.Hypercalls);

        context.RegisterSourceOutput(hypercalls.Combine(native), static (output, input) =>
        {
            if (input.Left.Count > 0)
            {
                output.AddSource(FileName, SourceText.From(HypercallWriter.Write(input.Left, input.Right), Encoding.UTF8));
            }
        });
    }
}
