using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>Methods that end a grant.</summary>
internal static class Endings
{
    /// <summary>The variable whose grant a statement ends, if it does nothing else.</summary>
    internal static IdentifierNameSyntax? OfStatement(StatementSyntax statement, SemanticModel model, CancellationToken cancellation) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 1 } call } && call.ArgumentList.Arguments[0].Expression is IdentifierNameSyntax grant &&
        model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol method && IsEnding(method) ? grant : null;

    /// <summary>The method beside the one that grants which ends what that granted; null if there is none or a choice.</summary>
    internal static IMethodSymbol? Of(IMethodSymbol granting)
    {
        IMethodSymbol[] endings = [.. granting.ContainingType.GetMembers().OfType<IMethodSymbol>().Where(method => IsEnding(method) && method.IsStatic == granting.IsStatic)];
        return endings.Length == 1 ? endings[0] : null;
    }

    private static bool IsEnding(IMethodSymbol method) =>
        method is { MethodKind: MethodKind.Ordinary, Parameters.Length: 1 } && method.Parameters[0] is { RefKind: RefKind.None } parameter && GuestApi.FindAttribute(parameter, GuestApi.EndsGrantAttribute) is not null;
}
