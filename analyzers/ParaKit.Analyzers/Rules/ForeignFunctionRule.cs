using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0108: functions of libraries need somebody who loads libraries.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForeignFunctionRule : FreestandingRule
{
    private const string Name = "DllImport";
    private const string Attribute = "System.Runtime.InteropServices.DllImportAttribute";

    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.ForeignFunction,
        "Functions of libraries cannot be called from a kernel",
        "'{0}' cannot be imported from a library: nothing loads one for a kernel; write it in C#, or, where it is a symbol of the image, import that with [RuntimeImport]",
        RuleIds.FreestandingCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.ForeignFunction + ".md");

    /// <summary>Creates the rule.</summary>
    public ForeignFunctionRule()
        : base(s_descriptor)
    {
    }

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        OnAnnotated<IMethodSymbol>(context, (method, report) =>
        {
            if (GuestApi.FindAttribute(method, Attribute) is not null)
            {
                report(Report(method.Locations.First(), method.Name));
            }
        });
        OnNodes<LocalFunctionStatementSyntax>(context, static words => words.MayHave(Name) || words.MayHave(Name + "Attribute"), (function, report) =>
        {
            if (function.AttributeLists.SelectMany(static list => list.Attributes).Any(static one => one.Name.ToString().Contains(Name)))
            {
                report(Report(function.Identifier.GetLocation(), function.Identifier.ValueText));
            }
        });
    }
}
