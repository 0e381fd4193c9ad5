using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ParaKit.Generators.Model;
using ParaKit.Generators.Writers;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators;

/// <summary>
/// Writes <c>kernel_trap</c>, and what makes the processor or Xen lead there, from <c>[TrapHandler]</c>, <c>[EventHandler]</c> and
/// <c>[SystemCallEntry]</c>. A kernel with a <c>kernel_trap</c> of its own is left alone; rules PK0501 to PK0503 report mistakes.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class KernelEntryGenerator : IIncrementalGenerator
{
    /// <summary>Name of the generated file.</summary>
    public const string FileName = "KernelEntries.g.cs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<bool> isOwn = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                GuestApi.RuntimeExportAttribute,
                static (_, _) => true,
                static (syntax, _) => syntax.TargetSymbol is IMethodSymbol method && EntryHandler.IsTrapExport(method))
            .Where(static isExport => isExport)
            .Collect()
            .Select(static (exports, _) => exports.Length > 0);

        IncrementalValueProvider<EntryPlan> plan = Find(context, GuestApi.TrapHandlerAttribute, EntryKind.Trap)
            .Combine(Find(context, GuestApi.EventHandlerAttribute, EntryKind.Event))
            .Combine(Find(context, GuestApi.SystemCallEntryAttribute, EntryKind.SystemCall))
            .Combine(isOwn)
            .Select(static (input, _) => input.Right
                ? EntryPlan.Create([], [], [])
                : EntryPlan.Create(input.Left.Left.Left, input.Left.Left.Right, input.Left.Right))
            .WithTrackingName(TrackingNames.EntryPlan);

        context.RegisterSourceOutput(plan, static (output, plan) =>
        {
            if (!plan.IsEmpty)
            {
                output.AddSource(FileName, SourceText.From(EntryWriter.Write(plan), Encoding.UTF8));
            }
        });
    }

    private static IncrementalValueProvider<ImmutableArray<EntryPoint>> Find(
        IncrementalGeneratorInitializationContext context, string attribute, EntryKind kind) => context.SyntaxProvider
        .ForAttributeWithMetadataName(
            attribute,
            static (_, _) => true,
            (syntax, _) => new EquatableArray<EntryPoint>(EntryHandler.Read((IMethodSymbol)syntax.TargetSymbol)
                .Where(handler => handler.Kind == kind && handler.Problem is null)
                .Select(Describe)))
        .WithTrackingName(TrackingNames.EntryPoints)
        .SelectMany(static (points, _) => points)
        .Collect();

    private static EntryPoint Describe(EntryHandler handler) => new(
        handler.Number,
        handler.Method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + handler.Method.Name,
        handler.FromUser,
        handler.TakesFrame,
        handler.TakesLine,
        handler.ReturnsFrame);
}
