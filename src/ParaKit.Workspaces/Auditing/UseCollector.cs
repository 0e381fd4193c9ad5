using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.SensitiveOperations;
using ParaKit.Workspaces.PortCosts;

namespace ParaKit.Workspaces.Auditing;

/// <summary>
/// Runs in the compiler's analyzer driver, which visits every operation once and knows what code is generated, and
/// collects instead of reporting.
/// </summary>
internal sealed class UseCollector(ProjectPaths paths) : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor s_unused = new("PKAUDIT", "Audit", "Audit", "ParaKit", DiagnosticSeverity.Hidden, isEnabledByDefault: true);

    private readonly ConcurrentBag<OperationUse> _uses = [];
    private readonly ConcurrentBag<SourceFile> _files = [];

    /// <summary>The uses found.</summary>
    internal IEnumerable<OperationUse> Uses => _uses;

    /// <summary>The files seen.</summary>
    internal IEnumerable<SourceFile> Files => _files;

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [s_unused];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxTreeAction(tree => CountLines(tree.Tree, tree.CancellationToken));
        // Not the compilation that the driver was given: it works on a copy, with symbols of its own.
        context.RegisterCompilationStartAction(start => RegisterOperations(start, new UseClassifier(start.Compilation)));
    }

    private void RegisterOperations(CompilationStartAnalysisContext context, UseClassifier classifier) =>
        context.RegisterOperationAction(
            operation => Collect(operation, classifier),
            OperationKind.Invocation,
            OperationKind.MethodReference,
            OperationKind.PropertyReference,
            OperationKind.EventAssignment,
            OperationKind.Binary,
            OperationKind.Unary,
            OperationKind.Increment,
            OperationKind.Decrement,
            OperationKind.CompoundAssignment,
            OperationKind.Conversion);

    private static IEnumerable<IMethodSymbol?> Methods(IOperation operation) => operation switch
    {
        IInvocationOperation call => [call.TargetMethod],
        IMethodReferenceOperation reference => [reference.Method],
        IPropertyReferenceOperation property => Accessors(property),
        IEventAssignmentOperation { EventReference: IEventReferenceOperation reference } assignment =>
            [assignment.Adds ? reference.Event.AddMethod : reference.Event.RemoveMethod],
        IBinaryOperation binary => [binary.OperatorMethod],
        IUnaryOperation unary => [unary.OperatorMethod],
        IIncrementOrDecrementOperation increment => [increment.OperatorMethod],
        ICompoundAssignmentOperation compound => [compound.OperatorMethod],
        IConversionOperation conversion => [conversion.OperatorMethod],
        _ => [],
    };

    private static IEnumerable<IMethodSymbol?> Accessors(IPropertyReferenceOperation property) => property.Parent switch
    {
        ISimpleAssignmentOperation assignment when assignment.Target == property => [property.Property.SetMethod],
        ICompoundAssignmentOperation or IIncrementOrDecrementOperation => [property.Property.GetMethod, property.Property.SetMethod],
        _ => [property.Property.GetMethod],
    };

    private void Collect(OperationAnalysisContext context, UseClassifier classifier)
    {
        foreach (var method in Methods(context.Operation))
        {
            if (method is not null && classifier.Find(method) is { } operation)
            {
                _uses.Add(Describe(context.Operation, operation, context.ContainingSymbol, classifier));
            }
        }
    }

    private OperationUse Describe(IOperation use, SensitiveOperation operation, ISymbol container, UseClassifier classifier)
    {
        var span = use.Syntax.GetLocation().GetLineSpan();
        var file = use.Syntax.SyntaxTree.FilePath;
        var form = UseClassifier.Form(use);
        var (rewriting, problem) = classifier.Classify(use, operation, form, container);
        var operationClass = Enum.Parse<OperationClass>(operation.Sensitivity.ToString());
        return new OperationUse
        {
            Project = paths.Project,
            File = paths.Relative(file),
            Line = span.StartLinePosition.Line + 1,
            Column = span.StartLinePosition.Character + 1,
            EndLine = span.EndLinePosition.Line + 1,
            EndColumn = span.EndLinePosition.Character + 1,
            Symbol = container.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat),
            Operation = NameOf(operation),
            Mnemonic = operation.Mnemonic,
            Class = operationClass,
            Deprivileged = operation.Deprivileged,
            Becomes = operation.Becomes ?? (operation.CounterpartType is { } type ? $"{type.Name}.{operation.Method.Name}" : null),
            Form = form,
            Rewriting = rewriting,
            Problem = problem,
            Category = PortConvention.Of(paths.InProject(file), NamespaceOf(container), operationClass),
        };
    }

    // An accessor is named as its property, which is what the source says.
    private static string NameOf(SensitiveOperation operation) => operation.Method.AssociatedSymbol is { ContainingType: { } type } member
        ? $"{type.Name}.{member.Name}"
        : operation.DisplayName;

    private static string NamespaceOf(ISymbol symbol) =>
        symbol.ContainingNamespace is { IsGlobalNamespace: false } name ? name.ToDisplayString() : "";

    private void CountLines(SyntaxTree tree, CancellationToken cancellation)
    {
        var text = tree.GetText(cancellation);
        HashSet<int> lines = [];
        foreach (var token in tree.GetRoot(cancellation).DescendantTokens())
        {
            var span = text.Lines.GetLinePositionSpan(token.Span);
            for (var line = span.Start.Line; line <= span.End.Line && !token.IsKind(SyntaxKind.EndOfFileToken); line++)
            {
                lines.Add(line);
            }
        }

        _files.Add(new SourceFile(paths.Relative(tree.FilePath), lines.Count, PortConvention.IsDriver(paths.InProject(tree.FilePath))));
    }
}
