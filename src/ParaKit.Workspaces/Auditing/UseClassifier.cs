using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.SensitiveOperations;

namespace ParaKit.Workspaces.Auditing;

/// <summary>Decides, as the generator and its rules do, what becomes of a use in a paravirtual build.</summary>
internal sealed class UseClassifier(Compilation compilation)
{
    private readonly ConcurrentDictionary<IMethodSymbol, SensitiveOperation?> _operations = new(SymbolEqualityComparer.Default);

    private readonly Lazy<HashSet<string>> _counterpartTypes = new(() =>
        [.. CounterpartTypes.InSource(compilation), .. CounterpartTypes.InReferences(compilation)]);

    /// <summary>The operation that a method is, or null.</summary>
    internal SensitiveOperation? Find(IMethodSymbol method) =>
        _operations.GetOrAdd((method.ReducedFrom ?? method).OriginalDefinition, static definition => SensitiveOperation.TryRead(definition));

    /// <summary>The form of a use.</summary>
    internal static UseForm Form(IOperation use) => use switch
    {
        IMethodReferenceOperation { Parent: IAddressOfOperation } => UseForm.Address,
        IMethodReferenceOperation => UseForm.MethodGroup,
        _ when IsInExpressionTree(use) => UseForm.ExpressionTree,
        IInvocationOperation { Syntax: InvocationExpressionSyntax } => UseForm.Call,
        _ => UseForm.Implicit,
    };

    /// <summary>What becomes of the use, and why it is not rewritten.</summary>
    internal (Rewriting Rewriting, string? Problem) Classify(IOperation use, SensitiveOperation operation, UseForm form, ISymbol container)
    {
        if (operation.Sensitivity is Sensitivity.Innocuous && operation.CounterpartType is null)
        {
            return (Rewriting.Unneeded, null);
        }

        if (IsNativeCode(container))
        {
            return (Rewriting.NativeOnly, "the code is native on purpose");
        }

        if (operation.CounterpartType is null)
        {
            return (Rewriting.NoCounterpart, "it names no paravirtual counterpart");
        }

        if (Counterpart.Resolve(operation, compilation).Problem is { } mismatch)
        {
            return (Rewriting.CounterpartMismatch, $"it {mismatch}");
        }

        var problem = WhyNotRewritable(use, form);
        return problem is null ? (Rewriting.Rewritten, null) : (Rewriting.NotRewritable, problem);
    }

    private static string? WhyNotRewritable(IOperation use, UseForm form) => form switch
    {
        UseForm.MethodGroup => "it is used as a method group",
        UseForm.Address => "its address is taken",
        UseForm.ExpressionTree => "the call is data in an expression tree",
        UseForm.Implicit => "it is called implicitly",
        _ when use.SemanticModel!.GetInterceptableLocation((InvocationExpressionSyntax)use.Syntax) is null =>
            "the call has no name that an interceptor could refer to",
        _ => null,
    };

    private static bool IsInExpressionTree(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConversionOperation { Operand: IAnonymousFunctionOperation, Type: INamedTypeSymbol { Name: "Expression" } type } &&
                type.ContainingNamespace.ToDisplayString() == "System.Linq.Expressions")
            {
                return true;
            }
        }

        return false;
    }

    private bool IsNativeCode(ISymbol symbol) =>
        NativeCode.IsMarked(symbol) || NativeCode.EnclosingTypes(symbol).Any(_counterpartTypes.Value.Contains);
}
