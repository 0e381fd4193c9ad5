using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using ParaKit.Analyzers.Drivers;
using ParaKit.Analyzers.Files;
using ParaKit.Analyzers.Flow;

namespace ParaKit.CodeFixes.Rules;

/// <summary>What rules PK0405 and PK0406 say of a member in which a grant is ended before some of its exits.</summary>
/// <param name="member">The member as it is.</param>
/// <param name="call">The call that grants.</param>
/// <param name="end">The statement that ends the grant.</param>
/// <param name="model">Of the member.</param>
/// <param name="cancellation">Ends the work.</param>
internal sealed class GrantTrial(MemberDeclarationSyntax member, InvocationExpressionSyntax call, string end, SemanticModel model, CancellationToken cancellation)
{
    private static readonly SyntaxAnnotation s_member = new();
    private static readonly SyntaxAnnotation s_call = new();

    /// <summary>The verdict on the member with the statement before these exits.</summary>
    internal GrantVerdict With(int[] exits)
    {
        SyntaxNode marked = member.ReplaceNode(call, call.WithAdditionalAnnotations(s_call)).WithAdditionalAnnotations(s_member);
        SyntaxNode root = model.SyntaxTree.GetRoot(cancellation).ReplaceNode(member, EarlyExits.Insert(marked, exits, end));
        SyntaxTree tree = model.SyntaxTree.WithRootAndOptions(root, model.SyntaxTree.Options);
        SemanticModel changed = model.Compilation.ReplaceSyntaxTree(model.SyntaxTree, tree).GetSemanticModel(tree);
        SyntaxNode tried = tree.GetRoot(cancellation).GetAnnotatedNodes(s_member).Single();
        HashSet<SyntaxNode> lost = [];
        HashSet<SyntaxNode> wrong = [];
        DriverApi api = new();
        foreach (ControlFlowGraph graph in GuestBody.Roots(tried, changed, cancellation).Select(static body => body.Flow()).OfType<ControlFlowGraph>().SelectMany(static graph => graph.WithNested()))
        {
            new GrantFlow(graph, api, loss => lost.Add(loss.Syntax), use => wrong.Add(use.Syntax), misplaced => wrong.Add(misplaced.Syntax)).Run();
        }

        SyntaxNode[] inserted = [.. tried.GetAnnotatedNodes(EarlyExits.Inserted)];
        return new GrantVerdict(
            lost.Contains(tried.GetAnnotatedNodes(s_call).Single()),
            [.. Enumerable.Range(0, inserted.Length).Where(i => wrong.Any(node => inserted[i].Span.Contains(node.Span)))],
            wrong.Count(node => !inserted.Any(statement => statement.Span.Contains(node.Span))));
    }
}

/// <summary>What the rules say.</summary>
/// <param name="IsLost">True when some way still loses the grant.</param>
/// <param name="Wrong">Which of the added statements, by their order, end a grant that does not hold on every way.</param>
/// <param name="OtherUses">How many other places use or end a grant that was ended or handed over.</param>
internal sealed record GrantVerdict(bool IsLost, HashSet<int> Wrong, int OtherUses);
