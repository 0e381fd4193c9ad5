using System.Linq;
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
                else if (PageTableCalls.Is(call, "Write") && call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 1) is { Value: var entry })
                {
                    // Entries are written with the kernel's own addresses in every image.
                    Check(operation, guest, entry, "Pfn", entry);
                }
                else if (Reinterpreted(call.TargetMethod) is var (from, to))
                {
                    ReportUse(operation, guest, from, to, call);
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
        OnOperations(context, guest, Topics.Frames, operation => CheckPointer(operation, guest), OperationKind.Conversion);
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

    // A pointer to one kind made a pointer to another, also by way of void*.
    private void CheckPointer(OperationUse context, GuestBuild guest)
    {
        var conversion = (IConversionOperation)context.Operation;
        if (AddressKinds.OfTarget(conversion.Type) is { } kind && AddressKinds.OfTarget(Operands.Plain(conversion).Type) is { } actual && actual != kind)
        {
            ReportUse(context, guest, actual, kind, conversion);
        }
    }

    // Unsafe.As, Unsafe.BitCast, MemoryMarshal.Cast: the same bits under another name.
    private static (string From, string To)? Reinterpreted(IMethodSymbol method) =>
        method is { ContainingType.Name: "Unsafe" or "MemoryMarshal", TypeArguments.Length: 2 } &&
        AddressKinds.Of(method.TypeArguments[0]) is { } from && AddressKinds.Of(method.TypeArguments[1]) is { } to && from != to
            ? (from, to)
            : null;

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
