using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0407 to PK0409: types with <c>[IoRing]</c> that the generator has to leave alone.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IoRingRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_incomplete = Describe(
        RuleIds.IncompleteRing,
        "Ring type cannot be completed",
        "The ring is generated as a second part of '{0}', but '{1}' {2}");

    private static readonly DiagnosticDescriptor s_notPlain = Describe(
        RuleIds.RingEntryNotPlain,
        "Ring entry is not plain data",
        "'{0}' cannot be an entry of a ring: the other domain needs a struct without references whose layout is declared");

    private static readonly DiagnosticDescriptor s_tooLarge = Describe(
        RuleIds.RingEntryTooLarge,
        "Ring entry does not fit into a page",
        "'{0}' has {1} bytes; the page of a ring has room for {2} bytes after its head");

    /// <summary>Creates the rule.</summary>
    public IoRingRule()
        : base([s_incomplete, s_notPlain, s_tooLarge], GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => !guest.Compilation.GetTypesByMetadataName(GuestApi.IoRingAttribute).IsEmpty;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnAnnotated<INamedTypeSymbol>(context, Check);

    private static void Check(INamedTypeSymbol declared, Action<Diagnostic> report)
    {
        if (IoRingDeclaration.TryRead(declared) is not { Attribute.ApplicationSyntaxReference: { } attribute } ring)
        {
            return;
        }

        foreach (var (type, reason) in ring.Obstacles().Where(static obstacle => obstacle.Reason is not null))
        {
            report(Diagnostic.Create(s_incomplete, type.Locations[0], ring.Type.Name, type.Name, reason));
        }

        Location location = attribute.SyntaxTree.GetLocation(attribute.Span);
        foreach (ITypeSymbol entry in ring.Entries())
        {
            string name = entry.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
            if (!IoRingDeclaration.IsPlainData(entry))
            {
                report(Diagnostic.Create(s_notPlain, location, name));
            }
            else if (IoRingDeclaration.IsTooLarge(entry))
            {
                report(Diagnostic.Create(s_tooLarge, location, name, StructLayouts.SizeOf(entry), IoRingDeclaration.SlotBytes));
            }
        }
    }

    private static DiagnosticDescriptor Describe(string id, string title, string message) => new(
        id,
        title,
        message,
        RuleIds.DriverCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + id + ".md");
}
