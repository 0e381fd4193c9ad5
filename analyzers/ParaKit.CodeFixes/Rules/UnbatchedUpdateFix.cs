using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0301: puts a batch around a loop that does nothing but compute and write entries.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UnbatchedUpdateFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public UnbatchedUpdateFix()
        : base(RuleIds.UnbatchedUpdate, "Collect the updates in a batch")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (PageTableCalls.OutermostLoop(reported) is not { Parent: BlockSyntax } loop || !IsPlain(loop, model, cancellation) ||
            model.Compilation.GetTypeByMetadataName(GuestApi.PageTableBatch) is not { } batch ||
            !BatchedLoop.IsFree(loop, model))
        {
            return null;
        }

        string type = batch.ToMinimalDisplayString(model, loop.SpanStart);
        string update = type.Substring(0, type.Length - "Batch".Length) + "Update";
        ExpressionSyntax[] writes = [.. loop.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => PageTableCalls.Is(model.GetOperation(call, cancellation), "Write")).Select(static call => call.Expression)];
        return BatchedLoop.Around(loop, writes, $"new {type}(stackalloc {update}[32])");
    }

    // Whatever else the loop does might depend on an update that a batch has not made yet.
    private static bool IsPlain(StatementSyntax loop, SemanticModel model, CancellationToken cancellation)
    {
        IOperation? operation = model.GetOperation(loop, cancellation);
        return operation is not null && ReadsOnlyWhatItWrites(operation) && operation.Descendants().All(static inner => inner switch
        {
            { Kind: OperationKind.None } => false,
            IInvocationOperation call => PageTableCalls.IsPageTable(call.TargetMethod.ContainingType) && call.TargetMethod.Name is "Write" or "Read" or "ToVirtual" or "Index",
            IAnonymousFunctionOperation or IObjectCreationOperation or IDynamicInvocationOperation or IFunctionPointerInvocationOperation => false,
            IReturnOperation => false,
            IAssignmentOperation assignment => assignment.Target is ILocalReferenceOperation or IParameterReferenceOperation,
            _ => true,
        });
    }

    // An entry written in an earlier round would be read too early.
    private static bool ReadsOnlyWhatItWrites(IOperation loop)
    {
        string[] reads = [.. Entries(loop, "Read")];
        string[] writes = [.. Entries(loop, "Write")];
        return reads.Length == 0 || (writes.Length == 1 && reads.All(read => read == writes[0]));
    }

    private static IEnumerable<string> Entries(IOperation loop, string name) => loop.Descendants()
        .Where(operation => PageTableCalls.Is(operation, name)).OfType<IInvocationOperation>()
        .Select(static call => call.Arguments[0].Syntax.ToString());
}
