using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0007: code that takes the kernel's privilege level for granted, or finds out which it is.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PrivilegeDependenceRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.PrivilegeDependence,
        "Code depends on the privilege level",
        "{0}",
        RuleIds.SensitiveCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.PrivilegeDependence + ".md");

    /// <summary>Creates the rule.</summary>
    public PrivilegeDependenceRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        OnOperations(context, guest, Topics.Level, operation => AnalyzeFrame(operation, guest), OperationKind.FieldReference);
        OnOperations(context, guest, Topics.Level, operation => AnalyzeAnswer(operation, guest), OperationKind.Invocation);
    }

    private void AnalyzeFrame(OperationUse context, GuestBuild guest)
    {
        if (!Selectors.IsFrameSelector(context.Operation) || guest.IsNativeCode(context.ContainingSymbol) ||
            ((IFieldReferenceOperation)context.Operation).Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
        {
            return;
        }

        string name = "TrapFrame." + ((IFieldReferenceOperation)context.Operation).Field.Name;
        if (context.Operation.Parent is ISimpleAssignmentOperation { Value.ConstantValue.HasValue: true } store && store.Target == context.Operation)
        {
            context.ReportDiagnostic(Report(
                store.Value.Syntax.GetLocation(),
                $"A fixed selector in '{name}' assumes the machine's own descriptor table and ring 0 for the kernel; a hypervisor has selectors of its own: use those of 'X86' or 'TrapFrame.InitializeKernel' and 'InitializeUser'"));
        }
        else if (Test(context.Operation) is { } test && (test is not IBinaryOperation comparison || HasConstant(comparison)))
        {
            context.ReportDiagnostic(Report(
                test.Syntax.GetLocation(),
                $"The test of '{name}' assumes how privileged the kernel is and which selectors it has; use 'TrapFrame.FromUser' or the selectors of 'X86'"));
        }
    }

    private void AnalyzeAnswer(OperationUse context, GuestBuild guest)
    {
        var call = (IInvocationOperation)context.Operation;
        if (guest.FindOperation(call.TargetMethod) is not { Sensitivity: Sensitivity.SensitiveUnprivileged } operation ||
            (guest.IsParavirtual && operation.CounterpartType is not null) || guest.IsNativeCode(context.ContainingSymbol))
        {
            return;
        }

        IOperation? use = operation.Mnemonic switch
        {
            // There is nothing else to do with the address of a table that one has loaded oneself.
            "sgdt" or "sidt" => call,
            var mnemonic when Selectors.Reveals(mnemonic) => Test(call),
            _ => null,
        };
        if (use is not null)
        {
            context.ReportDiagnostic(Report(
                use.Syntax.GetLocation(),
                $"'{operation.DisplayName}' ('{operation.Mnemonic}') tells a deprivileged kernel about the hypervisor's machine; what follows from it is decided by where the kernel runs"));
        }
    }

    // The comparison or condition that a value ends in, directly, masked, or after a stay in one local.
    private static IOperation? Test(IOperation value)
    {
        IOperation outer = Outward(value);
        if (outer.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask)
        {
            outer = Outward(mask);
        }

        return outer.Parent switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals or BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThan } comparison => comparison,
            IIsPatternOperation pattern => pattern,
            ISwitchExpressionOperation choice when choice.Value == outer => outer,
            ISwitchOperation choice when choice.Value == outer => outer,
            IConditionalOperation choice when choice.Condition == outer => outer,
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } negation => negation,
            IWhileLoopOperation loop when loop.Condition == outer => outer,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => TestOf(declarator),
            _ => null,
        };
    }

    // Selectors may be compared with those of 'X86', which fit the mode.
    private static bool HasConstant(IBinaryOperation comparison) =>
        comparison.LeftOperand.ConstantValue.HasValue || comparison.RightOperand.ConstantValue.HasValue;

    private static IOperation? TestOf(IVariableDeclaratorOperation declarator)
    {
        foreach (IOperation operation in Operands.Root(declarator).Descendants())
        {
            if (operation is ILocalReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Local, declarator.Symbol) &&
                Test(reference) is { } test)
            {
                return test;
            }
        }

        return null;
    }

    private static IOperation Outward(IOperation operation)
    {
        while (operation.Parent is IConversionOperation or IParenthesizedOperation)
        {
            operation = operation.Parent;
        }

        return operation;
    }
}
