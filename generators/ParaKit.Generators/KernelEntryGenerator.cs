using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
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

    private static readonly string[] s_attributes = [GuestApi.TrapHandlerAttribute, GuestApi.EventHandlerAttribute, GuestApi.SystemCallEntryAttribute];

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<EntryPlan> plan = context.CompilationProvider
            .Select(static (compilation, cancellation) => Plan(compilation, cancellation))
            .WithTrackingName(TrackingNames.EntryPlan);

        context.RegisterSourceOutput(plan, static (output, plan) =>
        {
            if (!plan.IsEmpty)
            {
                output.AddSource(FileName, SourceText.From(EntryWriter.Write(plan), Encoding.UTF8));
            }
        });
    }

    private static EntryPlan Plan(Compilation compilation, CancellationToken cancellation)
    {
        EntryHandler[] handlers = [.. Methods(compilation, s_attributes, cancellation).SelectMany(EntryHandler.Read).Where(static handler => handler.Problem is null)];

        // Asked last: every kernel exports its entry point, and symbols of a kernel without handlers are not needed here.
        if (handlers.Length == 0 || Methods(compilation, [GuestApi.RuntimeExportAttribute], cancellation).Any(EntryHandler.IsTrapExport))
        {
            return EntryPlan.Empty;
        }

        IEnumerable<EntryPoint> Of(EntryKind kind) => handlers.Where(handler => handler.Kind == kind).Select(Describe);
        return EntryPlan.Create(Of(EntryKind.Trap), Of(EntryKind.Event), Of(EntryKind.SystemCall));
    }

    private static IEnumerable<IMethodSymbol> Methods(Compilation compilation, string[] attributes, CancellationToken cancellation) =>
        MarkedSymbols.Find(compilation, attributes, cancellation).OfType<IMethodSymbol>();

    private static EntryPoint Describe(EntryHandler handler) => new(
        handler.Number,
        handler.Method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + handler.Method.Name,
        handler.FromUser,
        handler.Virq,
        handler.TakesFrame,
        handler.TakesLine,
        handler.ReturnsFrame);
}
