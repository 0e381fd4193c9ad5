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

/// <summary>PK0304: puts a multicall around a loop that does nothing but compute and make hypercalls without pointers.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class UnbatchedHypercallFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public UnbatchedHypercallFix()
        : base(RuleIds.UnbatchedHypercall, "Collect the hypercalls in a multicall, which stops the kernel when one fails")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (PageTableCalls.OutermostLoop(reported) is not { Parent: BlockSyntax } loop || !BatchedLoop.IsFree(loop, model) ||
            model.Compilation.GetTypeByMetadataName(GuestApi.Multicall) is not { } multicall || model.GetOperation(loop, cancellation) is not { } operation)
        {
            return null;
        }

        IInvocationOperation[] calls = [.. operation.Descendants().OfType<IInvocationOperation>().Where(static call => call.TargetMethod.ContainingType.ToDisplayString() == GuestApi.Hypercall)];
        bool isPlain = calls.All(call => CanBeLate(call, multicall)) && operation.Descendants().All(static inner => inner switch
        {
            { Kind: OperationKind.None } => false,
            IInvocationOperation call => call.TargetMethod.ContainingType.ToDisplayString() == GuestApi.Hypercall,
            IAnonymousFunctionOperation or IObjectCreationOperation or IDynamicInvocationOperation or IFunctionPointerInvocationOperation or IReturnOperation => false,
            IAssignmentOperation assignment => assignment.Target is ILocalReferenceOperation or IParameterReferenceOperation,
            _ => true,
        });
        string type = multicall.ToMinimalDisplayString(model, loop.SpanStart);
        return isPlain
            ? BatchedLoop.Around(loop, calls.Select(static call => ((InvocationExpressionSyntax)call.Syntax).Expression), $"new {type}(stackalloc ParaKit.Abi.MulticallEntry[32])")
            : null;
    }

    // A pointer might lead to something else by the time the batch is flushed.
    private static bool CanBeLate(IInvocationOperation call, INamedTypeSymbol multicall) =>
        call.Parent is IExpressionStatementOperation && call.Syntax is InvocationExpressionSyntax && !multicall.GetMembers(call.TargetMethod.Name).IsEmpty &&
        call.Arguments.All(static argument => argument.Value.Type is not IPointerTypeSymbol);
}
