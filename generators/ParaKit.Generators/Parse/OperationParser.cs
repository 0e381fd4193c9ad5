using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using ParaKit.Generators.Model;
using ParaKit.SensitiveOperations;

namespace ParaKit.Generators.Parse;

/// <summary>Renders an operation's signature into a model of strings.</summary>
internal static class OperationParser
{
    private static readonly SymbolDisplayFormat s_type = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_name = new(
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    internal static InterceptedOperation Parse(SensitiveOperation operation, IMethodSymbol counterpart, Compilation compilation)
    {
        IMethodSymbol method = operation.Method;
        ITypeParameterSymbol[] typeParameters = [.. method.ContainingType.TypeParameters, .. method.TypeParameters];
        return new InterceptedOperation(
            method.ToDisplayString(),
            method.ContainingType.Name + "_" + method.Name,
            (operation.Becomes ?? "").Replace('\r', ' ').Replace('\n', ' '),
            counterpart.ContainingType.ToDisplayString(s_type) + "." + counterpart.ToDisplayString(s_name),
            Counterpart.FindImport(counterpart, compilation) is { } import ? new NativeImport(import.Module, import.Symbol) : null,
            ReturnModifier(method.RefKind) + method.ReturnType.ToDisplayString(s_type),
            method.RefKind != RefKind.None,
            new(typeParameters.Select(static parameter => parameter.ToDisplayString(s_name))),
            new(typeParameters.Select(ConstraintParser.Parse).Where(static clause => clause.Length > 0)),
            new(Receiver(method).Concat(method.Parameters.Select(Parse))),
            PointerTypes.Occur(method),
            GuestApi.FindAttribute(method, GuestApi.DoesNotReturnAttribute) is not null);
    }

    // A call on an object is intercepted by an extension method; on a structure, by one that takes it by reference.
    private static IEnumerable<OperationParameter> Receiver(IMethodSymbol method)
    {
        if (!method.IsStatic)
        {
            string modifier = Modifier(Signatures.ReceiverKind(method));
            string name = method.Parameters.Any(static parameter => parameter.Name == "self") ? "receiver" : "self";
            yield return new OperationParameter("this " + modifier, method.ContainingType.ToDisplayString(s_type), name, modifier);
        }
    }

    private static OperationParameter Parse(IParameterSymbol parameter) => new(
        ThisModifier(parameter) + ScopedModifier(parameter) + Modifier(parameter.RefKind),
        parameter.Type.ToDisplayString(s_type),
        parameter.ToDisplayString(s_name),
        ArgumentModifier(parameter.RefKind));

    private static string ReturnModifier(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref ",
        RefKind.RefReadOnly => "ref readonly ",
        _ => "",
    };

    // A call in the form of an extension is only intercepted by an extension method (CS9148).
    private static string ThisModifier(IParameterSymbol parameter) =>
        parameter is { Ordinal: 0, ContainingSymbol: IMethodSymbol { IsExtensionMethod: true } } ? "this " : "";

    // An out parameter is scoped without saying so.
    private static string ScopedModifier(IParameterSymbol parameter) =>
        parameter.ScopedKind != ScopedKind.None && parameter.RefKind != RefKind.Out ? "scoped " : "";

    private static string Modifier(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        RefKind.In => "in ",
        RefKind.RefReadOnlyParameter => "ref readonly ",
        _ => "",
    };

    private static string ArgumentModifier(RefKind kind) =>
        kind == RefKind.RefReadOnlyParameter ? "in " : Modifier(kind);
}
