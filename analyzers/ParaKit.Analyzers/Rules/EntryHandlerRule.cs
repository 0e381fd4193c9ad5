using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0501 to PK0503: handlers that the generated dispatcher cannot call, or would call in vain.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EntryHandlerRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_signature = Describe(
        RuleIds.HandlerSignature, "Handler cannot be called", "'{0}' {1}");

    private static readonly DiagnosticDescriptor s_duplicate = Describe(
        RuleIds.DuplicateHandler, "Several handlers for one entry", "'{0}' and '{1}' both handle {2}; an entry has one handler");

    private static readonly DiagnosticDescriptor s_ignored = Describe(
        RuleIds.HandlersIgnored,
        "Handlers beside a hand-written kernel_trap",
        "'{0}' is never called: '{1}' exports kernel_trap itself; give its cases attributes too and remove it, or remove this attribute");

    /// <summary>Creates the rule.</summary>
    public EntryHandlerRule()
        : base([s_signature, s_duplicate, s_ignored], GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        ConcurrentBag<EntryHandler> handlers = [];
        ConcurrentBag<IMethodSymbol> exports = [];
        OnAnnotated<IMethodSymbol>(
            context,
            (method, report) =>
            {
                if (EntryHandler.IsTrapExport(method))
                {
                    exports.Add(method);
                }

                foreach (EntryHandler handler in EntryHandler.Read(method))
                {
                    Check(handler, report, handlers);
                }
            });
        context.RegisterCompilationEndAction(end =>
        {
            EntryHandler[] all = [.. handlers.OrderBy(static handler => Name(handler.Method), System.StringComparer.Ordinal)];
            ReportDuplicates(end, all);
            ReportIgnored(end, all, exports.OrderBy(Name, System.StringComparer.Ordinal).FirstOrDefault());
        });
    }

    private static void Check(EntryHandler handler, System.Action<Diagnostic> report, ConcurrentBag<EntryHandler> good)
    {
        if (handler.Problem is { } problem)
        {
            report(Diagnostic.Create(s_signature, LocationOf(handler), Name(handler.Method), problem));
            return;
        }

        good.Add(handler);
    }

    private static void ReportDuplicates(CompilationAnalysisContext context, IEnumerable<EntryHandler> handlers)
    {
        foreach (var same in handlers.GroupBy(static handler => (handler.Kind, handler.Number)))
        {
            EntryHandler first = same.First();
            foreach (EntryHandler other in same.Skip(1))
            {
                context.ReportDiagnostic(Diagnostic.Create(s_duplicate, LocationOf(other), Name(first.Method), Name(other.Method), other.Serves));
            }
        }
    }

    private static void ReportIgnored(CompilationAnalysisContext context, IEnumerable<EntryHandler> handlers, IMethodSymbol? export)
    {
        foreach (EntryHandler handler in export is null ? [] : handlers)
        {
            context.ReportDiagnostic(Diagnostic.Create(s_ignored, LocationOf(handler), Name(handler.Method), Name(export!)));
        }
    }

    private static Location LocationOf(EntryHandler handler) => handler.Attribute.ApplicationSyntaxReference is { } attribute
        ? attribute.SyntaxTree.GetLocation(attribute.Span)
        : handler.Method.Locations[0];

    private static string Name(IMethodSymbol method) => method.ContainingType.Name + "." + method.Name;

    private static DiagnosticDescriptor Describe(string id, string title, string message) => new(
        id, title, message, RuleIds.EntryCategory, DiagnosticSeverity.Error, isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + id + ".md", customTags: id == RuleIds.HandlerSignature ? [] : [WellKnownDiagnosticTags.CompilationEnd]);
}
