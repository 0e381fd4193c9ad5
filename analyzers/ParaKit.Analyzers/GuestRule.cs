using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers;

/// <summary>What all rules share: descriptors, concurrent execution, one look at the compilation.</summary>
public abstract class GuestRule : DiagnosticAnalyzer
{
    private readonly GeneratedCodeAnalysisFlags _generatedCode;

    private protected GuestRule(DiagnosticDescriptor descriptor, GeneratedCodeAnalysisFlags generatedCode)
        : this([descriptor], generatedCode)
    {
    }

    // For rules that follow from one and the same walk through the code.
    private protected GuestRule(ImmutableArray<DiagnosticDescriptor> descriptors, GeneratedCodeAnalysisFlags generatedCode)
    {
        _generatedCode = generatedCode;
        SupportedDiagnostics = descriptors;
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    private protected DiagnosticDescriptor Descriptor => SupportedDiagnostics[0];

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(_generatedCode);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            GuestBuild guest = GuestBuild.Of(start.Compilation, start.Options);
            if (AppliesTo(guest))
            {
                Register(start, guest);
            }
        });
    }

    private protected abstract bool AppliesTo(GuestBuild guest);

    private protected abstract void Register(CompilationStartAnalysisContext context, GuestBuild guest);

    /// <summary>Runs the action on operations of these kinds, in those bodies that have words on the topics; the others are not even bound.</summary>
    private protected static void OnOperations(
        CompilationStartAnalysisContext context, GuestBuild guest, Topics topics, Action<OperationUse> action, params OperationKind[] kinds) =>
        OnBodies(context, guest, topics, body =>
        {
            foreach (IOperation operation in guest.Operations(body))
            {
                if (Array.IndexOf(kinds, operation.Kind) >= 0)
                {
                    action(new OperationUse(operation, body));
                }
            }
        });

    /// <summary>Runs the action on those bodies that have words on the topics.</summary>
    private protected static void OnBodies(CompilationStartAnalysisContext context, GuestBuild guest, Topics topics, Action<GuestBody> action) =>
        context.RegisterSemanticModelAction(file =>
        {
            foreach (SyntaxNode body in guest.FileOf(file.SemanticModel.SyntaxTree).Bodies(topics))
            {
                file.CancellationToken.ThrowIfCancellationRequested();
                action(new GuestBody(body, file));
            }
        });

    /// <summary>Runs the action on each symbol whose declaration has attributes, once, and hands it what reports.</summary>
    private protected static void OnAnnotated<TSymbol>(CompilationStartAnalysisContext context, Action<TSymbol, Action<Diagnostic>> action)
        where TSymbol : class, ISymbol =>
        context.RegisterSemanticModelAction(file =>
        {
            if (GuestApi.IsInterceptors(file.SemanticModel.SyntaxTree))
            {
                return;
            }

            foreach (SyntaxNode declaration in FileBodies.Of(file.SemanticModel.SyntaxTree).Annotated)
            {
                if (FileBodies.AnnotatedSymbol(declaration, file.SemanticModel, file.CancellationToken) is TSymbol symbol)
                {
                    action(symbol, file.ReportDiagnostic);
                }
            }
        });

    /// <summary>Runs the action on the nodes of each file that has the word.</summary>
    private protected static void OnNodes<TNode>(CompilationStartAnalysisContext context, string word, Action<TNode, Action<Diagnostic>> action)
        where TNode : SyntaxNode => OnNodes(context, words => words.MayHave(word), action);

    /// <summary>Runs the action on the nodes of each file that passes a look at its words.</summary>
    private protected static void OnNodes<TNode>(CompilationStartAnalysisContext context, Func<FileWords, bool> may, Action<TNode, Action<Diagnostic>> action)
        where TNode : SyntaxNode =>
        context.RegisterSyntaxTreeAction(file =>
        {
            if (may(FileWords.Of(file.Tree)))
            {
                foreach (TNode node in file.Tree.GetRoot(file.CancellationToken).DescendantNodes().OfType<TNode>())
                {
                    action(node, file.ReportDiagnostic);
                }
            }
        });

    private protected Diagnostic Report(Location location, params object[] arguments) =>
        Diagnostic.Create(Descriptor, location, arguments);
}
