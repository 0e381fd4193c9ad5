using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>Recognises calls of the page-table API, and the loops around them.</summary>
internal static class PageTableCalls
{
    /// <summary>True for a call of <c>PageTable.<paramref name="name"/></c>.</summary>
    internal static bool Is(IOperation? operation, string name) =>
        operation is IInvocationOperation call && call.TargetMethod.Name == name && IsPageTable(call.TargetMethod.ContainingType);

    internal static bool IsPageTable(INamedTypeSymbol? type) => type is { Name: "PageTable" } && type.ToDisplayString() == GuestApi.PageTable;

    /// <summary>The outermost loop around a node within its function, or null.</summary>
    internal static StatementSyntax? OutermostLoop(SyntaxNode node) => node.Ancestors()
        .TakeWhile(static ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax))
        .OfType<StatementSyntax>()
        .LastOrDefault(static statement => statement is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);
}
