using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ParaKit.Analyzers;
using ParaKit.Analyzers.Drivers;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0401: copies the field once to a local, before the statement that reads it first, and uses that.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DoubleFetchFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public DoubleFetchFix()
        : base(RuleIds.DoubleFetch, "Copy once to a local")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        SyntaxNode node = reported is ArgumentSyntax argument ? argument.Expression : reported;
        if (node is not MemberAccessExpressionSyntax { Expression: { } place, Name: IdentifierNameSyntax name } field || Function(field) is not { } function)
        {
            return null;
        }

        ExpressionSyntax[] reads = Equivalents(function, field);
        if (reads.Length < 2 || !reads.All(read => IsPlainRead(read) && Function(read) == function) || FindBlock(reads) is not { } block ||
            block.Statements.First(statement => statement.Span.Contains(reads[0].Span)) is var first && !IsAlwaysRead(reads[0], first) ||
            !IsSamePlace(place, block, reads, model, cancellation) || model.GetTypeInfo(field, cancellation).Type is not { } type)
        {
            return null;
        }

        HashSet<string> used = [.. function.DescendantTokens().Select(static token => token.ValueText)];
        string[] names = [.. Names(name.Identifier.ValueText).Where(candidate => !used.Contains(candidate))];
        string typeName = type.ToMinimalDisplayString(model, first.SpanStart);
        return new Replacement(block, rewritten => CopyOnce((BlockSyntax)rewritten, field, typeName, names));
    }

    private static BlockSyntax CopyOnce(BlockSyntax block, ExpressionSyntax field, string type, string[] names)
    {
        ExpressionSyntax[] reads = Equivalents(block, field);
        if (reads.Length < 2)
        {
            return block;
        }

        StatementSyntax first = block.Statements.First(statement => statement.Span.Contains(reads[0].Span));
        if (names.FirstOrDefault(name => block.DescendantTokens().All(token => token.ValueText != name)) is not { } local)
        {
            return block;
        }

        int index = block.Statements.IndexOf(first);
        BlockSyntax replaced = block.ReplaceNodes(reads, (read, _) => SyntaxFactory.IdentifierName(local).WithTriviaFrom(read));
        StatementSyntax next = replaced.Statements[index];
        StatementSyntax copy = SyntaxFactory.ParseStatement($"{type} {local} = {field.WithoutTrivia()};\n").WithLeadingTrivia(next.GetLeadingTrivia());
        return replaced.WithStatements(replaced.Statements.Replace(next, next.WithLeadingTrivia(SyntaxFactory.Whitespace(Statements.IndentOf(next)))).Insert(index, copy));
    }

    private static ExpressionSyntax[] Equivalents(SyntaxNode root, ExpressionSyntax field) =>
        [.. root.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(other => SyntaxFactory.AreEquivalent(other, field))];

    private static SyntaxNode? Function(SyntaxNode node) =>
        node.Ancestors().FirstOrDefault(static ancestor => ancestor is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax or BaseMethodDeclarationSyntax);

    private static bool IsPlainRead(ExpressionSyntax read) => read.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left != read,
        PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax or RefExpressionSyntax or MemberAccessExpressionSyntax => false,
        ArgumentSyntax argument => argument.RefKindKeyword.IsKind(SyntaxKind.None),
        _ => true,
    };

    private static BlockSyntax? FindBlock(ExpressionSyntax[] reads) =>
        reads[0].Ancestors().OfType<BlockSyntax>().FirstOrDefault(block => reads.All(read => block.Span.Contains(read.Span)));

    // Reading earlier, or where it was not read at all, could be reading through a pointer that was still being tested; a loop may wait.
    private static bool IsAlwaysRead(ExpressionSyntax read, StatementSyntax statement)
    {
        SyntaxNode child = read;
        for (SyntaxNode? parent = read.Parent; child != statement && parent is not null; child = parent, parent = parent.Parent)
        {
            bool isCertain = parent switch
            {
                BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression or (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.CoalesceExpression } binary => binary.Left == child,
                ConditionalExpressionSyntax choice => choice.Condition == child,
                IfStatementSyntax choice => choice.Condition == child,
                SwitchStatementSyntax choice => choice.Expression == child,
                ForStatementSyntax loop => loop.Condition == child && child is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanExpression or (int)SyntaxKind.LessThanOrEqualExpression },
                SwitchExpressionSyntax choice => choice.GoverningExpression == child,
                StatementSyntax => parent is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax,
                ConditionalAccessExpressionSyntax or AnonymousFunctionExpressionSyntax => false,
                _ => true,
            };
            if (!isCertain)
            {
                return false;
            }
        }

        return true;
    }

    // From the first read to the last, nothing leads the same words elsewhere, and nothing means to look again.
    private static bool IsSamePlace(ExpressionSyntax place, BlockSyntax block, ExpressionSyntax[] reads, SemanticModel model, CancellationToken cancellation)
    {
        HashSet<string> words = [.. place.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(static name => name.Identifier.ValueText)];
        bool isLocal = place.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().All(name => model.GetSymbolInfo(name, cancellation).Symbol is ILocalSymbol or IParameterSymbol);
        bool isChanged = block.DescendantNodes().Any(node => Places.Changed(node) is IdentifierNameSyntax target && words.Contains(target.Identifier.ValueText));
        int end = reads.Max(read => EndOf(read, block));
        DriverApi api = new();
        return !isChanged && block.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.SpanStart >= reads[0].SpanStart && call.Span.End <= end)
            .All(call => isLocal && model.GetSymbolInfo(call, cancellation).Symbol is { } method && !api.Is(method, DoubleFetchFlow.LooksAgain));
    }

    // A read in a loop comes again after everything else in the loop.
    private static int EndOf(ExpressionSyntax read, BlockSyntax block) => read.Ancestors().TakeWhile(ancestor => ancestor != block)
        .LastOrDefault(static ancestor => ancestor is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax)?.Span.End ?? read.SpanStart;

    private static IEnumerable<string> Names(string field)
    {
        string[] names = [char.ToLowerInvariant(field[0]) + field.Substring(1), "fetched" + field];
        return names.Where(static name => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None);
    }
}
