using System;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using ParaKit.Generators.Model;
using ParaKit.Generators.Parse;
using ParaKit.Generators.Writers;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators;

/// <summary>
/// In a paravirtual build, redirects every interceptable call of a sensitive operation to its counterpart.
/// Reports nothing: what it must leave alone is reported by the analyzer, with locations that can be suppressed.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class PrivilegedCallGenerator : IIncrementalGenerator
{
    /// <summary>Name of the generated file.</summary>
    public const string FileName = GuestApi.InterceptorsFile;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<string> mode = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => IsRewritten(options.GlobalOptions) ? GuestApi.ParavirtualMode : "")
            .WithTrackingName(TrackingNames.Mode);

        // Not one node at a time: other modes, which include the editor's, need no call at all, and of the rest only those with an
        // operation's name are looked at.
        IncrementalValueProvider<EquatableArray<CallSite>> sites = context.CompilationProvider
            .Combine(mode)
            .Select(static (input, cancellation) => new EquatableArray<CallSite>(input.Right.Length > 0 ? CallSiteParser.Find(input.Left, cancellation) : []))
            .WithTrackingName(TrackingNames.CallSites);

        IncrementalValueProvider<EquatableArray<string>> counterpartTypes = context.CompilationProvider
            .Combine(mode)
            .Select(static (input, _) => new EquatableArray<string>(input.Right.Length > 0
                ? CounterpartTypes.In(input.Left).OrderBy(static name => name, StringComparer.Ordinal)
                : Enumerable.Empty<string>()))
            .WithTrackingName(TrackingNames.CounterpartTypes);

        IncrementalValueProvider<InterceptorPlan> plan = sites
            .Combine(counterpartTypes)
            .Select(static (input, _) => InterceptorPlan.Create(input.Left, input.Right))
            .WithTrackingName(TrackingNames.Plan);

        context.RegisterSourceOutput(plan, static (output, plan) =>
        {
            if (plan.Interceptors.Count > 0)
            {
                output.AddSource(FileName, SourceText.From(InterceptorWriter.Write(plan), Encoding.UTF8));
            }
        });
    }

    private static bool IsRewritten(AnalyzerConfigOptions options) =>
        options.TryGetValue(GuestApi.ModeProperty, out string? mode) && mode == GuestApi.ParavirtualMode &&
        !(options.TryGetValue(GuestApi.RewriteProperty, out string? rewrite) && string.Equals(rewrite, "false", StringComparison.OrdinalIgnoreCase));
}
