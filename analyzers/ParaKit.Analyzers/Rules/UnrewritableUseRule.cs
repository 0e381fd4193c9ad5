using System.Linq;
using System;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Files;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>PK0003: a sensitive operation, or machine code in data, that neither generator nor linker can replace.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnrewritableUseRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_descriptor = new(
        RuleIds.UnrewritableUse,
        "Sensitive operation cannot be rewritten",
        "{0}",
        RuleIds.SensitiveCategory,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: RuleIds.Pages + RuleIds.UnrewritableUse + ".md");

    /// <summary>Creates the rule.</summary>
    public UnrewritableUseRule()
        : base(s_descriptor, GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => guest.KnowsSensitiveOperations;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        // Calls by name are all that interceptors redirect, but for those in expression trees.
        bool hasTrees = guest.Compilation.GetTypeByMetadataName("System.Linq.Expressions.Expression`1") is not null;
        OnBodies(context, guest, Topics.Use | Topics.Call, body =>
        {
            if (hasTrees || guest.FileOf(body.Syntax.SyntaxTree).Has(body.Syntax, Topics.Use) || (guest.IsParavirtual && HasUnredirected(body, guest)))
            {
                foreach (IOperation operation in guest.Operations(body))
                {
                    Analyze(new OperationUse(operation, body), guest);
                }
            }
        });
        OnAnnotated<IMethodSymbol>(context, (method, report) => AnalyzeDeclaration(method, guest, report));
    }

    // Looks at no more than names: what interceptors name is redirected.
    private static bool HasUnredirected(GuestBody body, GuestBuild guest) => guest.FileOf(body.Syntax.SyntaxTree).Hits(body.Syntax, Topics.Call).Any(position =>
        body.Syntax.FindToken(position) is not { Parent: SimpleNameSyntax name } || InvocationOf(name) is not { } call ||
        body.Model.GetInterceptableLocation(call, body.CancellationToken) is not { } location || !guest.Intercepted.Contains(location));

    private static InvocationExpressionSyntax? InvocationOf(SimpleNameSyntax name) => name.Parent switch
    {
        InvocationExpressionSyntax call => call,
        MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member when member.Name == name => call,
        MemberBindingExpressionSyntax { Parent: InvocationExpressionSyntax call } => call,
        _ => null,
    };

    private void Analyze(OperationUse use, GuestBuild guest)
    {
        switch (use.Operation.Kind)
        {
            case OperationKind.MethodReference:
                AnalyzeReference(use, guest);
                break;
            case OperationKind.Invocation:
                AnalyzeCall(use, guest);
                break;
            case OperationKind.PropertyReference:
                AnalyzeProperty(use, guest);
                break;
            case OperationKind.Conversion:
                AnalyzeConversion(use, guest);
                break;
            default:
                break;
        }
    }

    private void AnalyzeReference(OperationUse context, GuestBuild guest)
    {
        var reference = (IMethodReferenceOperation)context.Operation;
        if (Find(reference.Method, context, guest) is { } operation)
        {
            string use = reference.Parent switch
            {
                IAddressOfOperation => "its address is taken",
                IDelegateCreationOperation => "it is converted to a delegate",
                _ => "it is used as a method group",
            };
            ReportUse(context, reference, operation, use);
        }
    }

    private void AnalyzeCall(OperationUse context, GuestBuild guest)
    {
        var call = (IInvocationOperation)context.Operation;
        if (Find(call.TargetMethod, context, guest) is not { } operation)
        {
            return;
        }

        if (IsInExpressionTree(call))
        {
            ReportUse(context, call, operation, "the call is data in an expression tree");
        }
        else if (call.Syntax is not InvocationExpressionSyntax invocation)
        {
            ReportUse(context, call, operation, "it is called implicitly");
        }
        else if (call.SemanticModel!.GetInterceptableLocation(invocation, context.CancellationToken) is not { } location)
        {
            ReportUse(context, call, operation, "the call has no name that an interceptor could refer to");
        }
        else if (IsOverlooked(location, operation, guest))
        {
            ReportUse(context, call, operation, "no interceptor was generated for the call; generators do not see each other's code");
        }
    }

    // Accessors are methods, but interceptors redirect calls that are written as calls.
    private void AnalyzeProperty(OperationUse context, GuestBuild guest)
    {
        var reference = (IPropertyReferenceOperation)context.Operation;
        bool isSensitive = (reference.Property.GetMethod is { } getter && Find(getter, context, guest) is not null) ||
            (reference.Property.SetMethod is { } setter && Find(setter, context, guest) is not null);
        if (isSensitive && reference.Parent is not INameOfOperation)
        {
            context.ReportDiagnostic(Report(
                reference.Syntax.GetLocation(),
                $"'{reference.Property.ContainingType.Name}.{reference.Property.Name}' cannot be rewritten here because it is a property: interceptors redirect only calls of methods; call the operation's method"));
        }
    }

    private void AnalyzeDeclaration(IMethodSymbol method, GuestBuild guest, Action<Diagnostic> report)
    {
        if (method.MethodKind is MethodKind.UserDefinedOperator or MethodKind.Conversion &&
            guest.FindOperation(method) is { Sensitivity: not Sensitivity.Innocuous } operation)
        {
            report(Report(
                method.Locations[0],
                $"'{operation.DisplayName}' cannot be rewritten at any use: interceptors redirect only calls of methods; declare a static method with [Sensitive] instead"));
        }
    }

    // A second look at the result: without it, a generator that did not run would leave a native image that calls itself paravirtual.
    private static bool IsOverlooked(InterceptableLocation location, SensitiveOperation operation, GuestBuild guest) =>
        guest.IsParavirtual && operation.CounterpartType is not null &&
        guest.CounterpartOf(operation).Problem is null &&
        !guest.Intercepted.Contains(location);

    private void AnalyzeConversion(OperationUse context, GuestBuild guest)
    {
        var conversion = (IConversionOperation)context.Operation;
        if (IsCodePointer(conversion) && ByteBlobs.IsOrigin(conversion.Operand) && !guest.IsNativeCode(context.ContainingSymbol))
        {
            context.ReportDiagnostic(Report(
                conversion.Syntax.GetLocation(),
                "Bytes become a function pointer: machine code in data can be neither rewritten nor checked; declare an operation with [Sensitive] and [RuntimeImport] instead"));
        }
    }

    // Also a pointer to a pointer: *(delegate*<void>*)&bytes.
    private static bool IsCodePointer(IConversionOperation conversion) => conversion.Type switch
    {
        IFunctionPointerTypeSymbol => true,
        IPointerTypeSymbol { PointedAtType: IFunctionPointerTypeSymbol } => Operands.Plain(conversion.Operand) is IAddressOfOperation { Reference: ILocalReferenceOperation or IParameterReferenceOperation },
        _ => false,
    };

    private static SensitiveOperation? Find(IMethodSymbol method, OperationUse context, GuestBuild guest) =>
        guest.FindOperation(method) is { Sensitivity: not Sensitivity.Innocuous } operation && !guest.IsNativeCode(context.ContainingSymbol)
            ? operation
            : null;

    private static bool IsInExpressionTree(IOperation operation)
    {
        for (IOperation? parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConversionOperation { Operand: IAnonymousFunctionOperation, Type: INamedTypeSymbol { Name: "Expression" } type } &&
                type.ContainingNamespace.ToDisplayString() == "System.Linq.Expressions")
            {
                return true;
            }
        }

        return false;
    }

    private void ReportUse(OperationUse context, IOperation use, SensitiveOperation operation, string how) =>
        context.ReportDiagnostic(Report(
            use.Syntax.GetLocation(),
            $"'{operation.DisplayName}' cannot be rewritten here because {how}; call it directly, in a lambda or method of its own if need be"));
}
