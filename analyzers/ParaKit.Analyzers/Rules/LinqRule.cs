using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0106: LINQ allocates enumerators and closures that are never freed.</summary>
/// <remarks>Looks at syntax: a guest's core library has no <c>System.Linq</c>, so nothing there would bind.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LinqRule : FreestandingRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.Linq,
        "LINQ is not available in a kernel",
        "LINQ is not available in a kernel: it allocates on a heap that is never collected; write a loop over an array or span",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.Linq + ".md");

    /// <summary>Creates the rule.</summary>
    public LinqRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest) =>
        OnNodes<SyntaxNode>(
            context,
            static words => words.MayHave("Linq") || (words.MayHave("from") && words.MayHave("in")),
            (node, report) =>
            {
                if (node is QueryExpressionSyntax || (node is UsingDirectiveSyntax directive && IsLinq(directive)))
                {
                    report(Report(node.GetLocation()));
                }
            });

    private static bool IsLinq(UsingDirectiveSyntax directive)
    {
        const string Global = "global::";
        string name = directive.NamespaceOrType.ToString();
        string plain = name.StartsWith(Global, StringComparison.Ordinal) ? name.Substring(Global.Length) : name;
        return plain == "System.Linq" || plain.StartsWith("System.Linq.", StringComparison.Ordinal);
    }
}
