using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Contexts;

/// <summary>Where the walks through a compilation start: methods with attributes, and methods that mask interrupts.</summary>
internal sealed class MaskingBodies(GuestBuild guest, CancellationToken cancellation)
{
    private readonly Lazy<IMethodSymbol[]> _annotated = new(() => [.. Find(guest.Compilation, cancellation)]);

    /// <summary>Methods with attributes of any kind.</summary>
    internal IEnumerable<IMethodSymbol> Annotated => _annotated.Value;

    /// <summary>Methods that may leave interrupts masked. Where names show that they are unmasked again, nothing is bound.</summary>
    internal IEnumerable<IMethodSymbol> Methods()
    {
        foreach (SyntaxTree tree in GuestApi.SourceFiles(guest.Compilation))
        {
            GuestFile file = guest.FileOf(tree);
            foreach (SyntaxNode body in file.Bodies(Topics.Masks))
            {
                if (!IsBalanced(body, file) && GuestBody.Owner(body, guest.Compilation.GetSemanticModel(tree), cancellation) is IMethodSymbol method)
                {
                    yield return method;
                }
            }
        }
    }

    private static IEnumerable<IMethodSymbol> Find(Compilation compilation, CancellationToken cancellation) =>
        from tree in GuestApi.SourceFiles(compilation)
        from declaration in FileBodies.Of(tree).Annotated
        where declaration is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
        let method = FileBodies.AnnotatedSymbol(declaration, compilation.GetSemanticModel(tree), cancellation) as IMethodSymbol
        where method is not null
        select CallGraph.Definition(method);

    // From the first statement that masks to one that only unmasks there are but plain statements: all paths lead through it.
    private static bool IsBalanced(SyntaxNode body, GuestFile file)
    {
        int[] masks = [.. file.Hits(body, Topics.Masks)];
        if (masks.Length == 0 || body is not BaseMethodDeclarationSyntax { Body: { } block })
        {
            return false;
        }

        bool isMasked = false;
        foreach (StatementSyntax statement in block.Statements)
        {
            isMasked |= statement.Span.Contains(masks[0]);
            if (!isMasked)
            {
                continue;
            }

            if (statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 }))
            {
                return false;
            }

            if (statement.SpanStart > masks[masks.Length - 1] && IsUnmasking(statement, file))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUnmasking(StatementSyntax statement, GuestFile file) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } } } &&
        file.IsOnly(name.Identifier.ValueText, Topics.Unmasks);
}
