using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Files;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0205: a number of one kind taken for one of another, past the tables that translate.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MixedAddressKindsRule : GuestRule
{
    private const string MachineFrameField = "MachineFrame";

    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.MixedAddressKinds,
        "Kinds of frame and page numbers are mixed",
        "A number of a '{0}' is used as one of a '{1}': they are equal natively at best, and different on Xen; translate by {2}",
        RuleIds.ContextCategory,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.MixedAddressKinds + ".md");

    /// <summary>Creates the rule.</summary>
    public MixedAddressKindsRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        OnOperations(
            context,
            guest,
            Topics.Frames,
            operation =>
            {
                var creation = (IObjectCreationOperation)operation.Operation;
                if (AddressKinds.Of(creation.Type) is { } kind && creation.Arguments.Length == 1)
                {
                    Check(operation, guest, creation.Arguments[0].Value, kind, creation);
                }
            },
            OperationKind.ObjectCreation);
        OnOperations(
            context,
            guest,
            Topics.Frames,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (call.TargetMethod.Name == "Containing" && AddressKinds.Of(call.TargetMethod.ContainingType) is { } kind && call.Arguments.Length == 1)
                {
                    Check(operation, guest, call.Arguments[0].Value, kind, call);
                }
            },
            OperationKind.Invocation);
        OnOperations(
            context,
            guest,
            Topics.Frames,
            operation =>
            {
                var store = (ISimpleAssignmentOperation)operation.Operation;
                if (store.Target is IFieldReferenceOperation { Field: { Name: MachineFrameField, ContainingNamespace.Name: "Abi" } })
                {
                    Check(operation, guest, store.Value, "Mfn", store.Value);
                }
            },
            OperationKind.SimpleAssignment);
        OnOperations(context, guest, Topics.Frames, operation => CheckOperator(operation, guest), OperationKind.Binary);
    }

    private void Check(OperationUse context, GuestBuild guest, IOperation value, string kind, IOperation use)
    {
        if (AddressKinds.Of(value) is { } actual && actual != kind)
        {
            ReportUse(context, guest, actual, kind, use);
        }
    }

    // Comparing or adding numbers of two kinds; only numbers as they come, so that a chain is reported once.
    private void CheckOperator(OperationUse context, GuestBuild guest)
    {
        var binary = (IBinaryOperation)context.Operation;
        if (Operands.Plain(binary.LeftOperand) is IPropertyReferenceOperation left && Operands.Plain(binary.RightOperand) is IPropertyReferenceOperation right &&
            AddressKinds.Of(left) is { } kind && AddressKinds.Of(right) is { } other && kind != other)
        {
            ReportUse(context, guest, kind, other, binary);
        }
    }

    private void ReportUse(OperationUse context, GuestBuild guest, string actual, string kind, IOperation use)
    {
        if (!guest.IsNativeCode(context.ContainingSymbol))
        {
            context.ReportDiagnostic(Report(use.Syntax.GetLocation(), actual, kind, Translation(actual, kind)));
        }
    }

    private static string Translation(string from, string to) => (from, to) switch
    {
        ("Pfn", "Mfn") => "'FrameTranslation.ToMachine'",
        ("Mfn", "Pfn") => "'FrameTranslation.ToPhysical'",
        ("Pfn", "Vpn") => "'Vpn.InDirectMap'",
        _ => "the page tables",
    };
}
