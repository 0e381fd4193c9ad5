using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ParaKit.SensitiveOperations;

namespace ParaKit.Workspaces.Porting;

/// <summary>How one call of a sensitive operation becomes a call of its counterpart, with the same arguments in the same order.</summary>
internal sealed class CounterpartCall
{
    private readonly IMethodSymbol _counterpart;
    private readonly IInvocationOperation _call;

    private CounterpartCall(SensitiveOperation operation, IMethodSymbol counterpart, IInvocationOperation call)
    {
        Operation = operation.DisplayName;
        _counterpart = counterpart;
        _call = call;
    }

    /// <summary>The operation, such as <c>X86.Cli</c>.</summary>
    internal string Operation { get; }

    /// <summary>Namespace of the counterpart's type, or nothing.</summary>
    internal string Namespace => _counterpart.ContainingNamespace.IsGlobalNamespace ? "" : _counterpart.ContainingNamespace.ToDisplayString();

    /// <summary>Whether the first argument is not in the argument list of the call, but before its dot or implied.</summary>
    private bool HasReceiver => !_call.TargetMethod.IsStatic || IsExtensionForm;

    private bool IsExtensionForm => _call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax } syntax &&
        _call.TargetMethod.IsExtensionMethod && _call.Arguments.Length > syntax.ArgumentList.Arguments.Count &&
        _call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0) is { ArgumentKind: ArgumentKind.Explicit, Syntax: not ArgumentSyntax };

    /// <summary>The plan for a call, or null if it cannot be written as one of the counterpart.</summary>
    internal static CounterpartCall? TryPlan(InvocationExpressionSyntax syntax, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetOperation(syntax, cancellation) is not IInvocationOperation call ||
            SensitiveOperation.TryRead(call.TargetMethod) is not { CounterpartType: not null } operation ||
            Counterpart.Resolve(operation, model.Compilation).Method is not { } counterpart)
        {
            return null;
        }

        var planned = new CounterpartCall(operation, counterpart, call);
        return planned.IsExpressible(syntax) ? planned : null;
    }

    /// <summary>The call of the counterpart, made from the original call in which arguments may have been rewritten already.</summary>
    internal InvocationExpressionSyntax Rewrite(InvocationExpressionSyntax rewritten)
    {
        var type = SyntaxFactory.ParseName(_counterpart.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat))
            .WithAdditionalAnnotations(Simplifier.Annotation);
        var target = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, type, Name(rewritten));
        return rewritten
            .WithExpression(target.WithLeadingTrivia(rewritten.GetLeadingTrivia()))
            .WithArgumentList(Arguments(rewritten));
    }

    // A conditional call has no receiver of its own; what is passed by reference must have an address.
    private bool IsExpressible(InvocationExpressionSyntax syntax) =>
        syntax.Expression is not MemberBindingExpressionSyntax &&
        (_call.TargetMethod.IsStatic || _counterpart.Parameters[0].RefKind != RefKind.Ref || HasAddress(_call.Instance));

    private static bool HasAddress(IOperation? operation) => operation is
        ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IArrayElementReferenceOperation or IInstanceReferenceOperation;

    private SimpleNameSyntax Name(InvocationExpressionSyntax rewritten)
    {
        SimpleNameSyntax written = rewritten.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name,
            SimpleNameSyntax simple => simple,
            _ => SyntaxFactory.IdentifierName(_counterpart.Name),
        };
        var type = _call.TargetMethod.ContainingType;
        if (type.Arity == 0)
        {
            return written.WithoutTrivia();
        }

        IEnumerable<ITypeSymbol> arguments = type.TypeArguments.Concat(_call.TargetMethod.TypeArguments);
        return SyntaxFactory.GenericName(written.Identifier.WithoutTrivia(), SyntaxFactory.TypeArgumentList(Separated(
            [.. arguments.Select(static argument => SyntaxFactory.ParseTypeName(argument.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat))
                .WithAdditionalAnnotations(Simplifier.Annotation))])));
    }

    private ArgumentListSyntax Arguments(InvocationExpressionSyntax rewritten)
    {
        var offset = _call.TargetMethod.IsStatic ? 0 : 1;
        List<ArgumentSyntax> arguments = [];
        if (HasReceiver)
        {
            arguments.Add(Argument(_counterpart.Parameters[0].RefKind, Receiver(rewritten)));
        }

        arguments.AddRange(Written(rewritten, offset));
        arguments.AddRange(_call.Arguments
            .Where(static argument => argument.ArgumentKind == ArgumentKind.DefaultValue)
            .Select(argument => Default(argument, offset)));
        return arguments.SequenceEqual(rewritten.ArgumentList.Arguments)
            ? rewritten.ArgumentList
            : rewritten.ArgumentList.WithArguments(Separated(arguments));
    }

    private static SeparatedSyntaxList<TNode> Separated<TNode>(List<TNode> nodes)
        where TNode : SyntaxNode => SyntaxFactory.SeparatedList(
            nodes, Enumerable.Repeat(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), System.Math.Max(nodes.Count - 1, 0)));

    // Names of parameters may differ; a parameter array of the operation may be an ordinary one of the counterpart.
    private IEnumerable<ArgumentSyntax> Written(InvocationExpressionSyntax rewritten, int offset)
    {
        var original = (InvocationExpressionSyntax)_call.Syntax;
        var array = _call.Arguments.FirstOrDefault(static argument => argument.ArgumentKind == ArgumentKind.ParamArray);
        var elements = array?.Value is IArrayCreationOperation { Initializer: { } initializer } ? initializer.ElementValues.Length : 0;
        var ordinary = original.ArgumentList.Arguments.Count - elements;
        for (var i = 0; i < ordinary; i++)
        {
            var argument = rewritten.ArgumentList.Arguments[i];
            yield return argument.NameColon is { } name && Parameter(original.ArgumentList.Arguments[i], offset) is { } parameter && parameter.Name != name.Name.Identifier.ValueText
                ? argument.WithNameColon(name.WithName(SyntaxFactory.IdentifierName(Escape(parameter.Name))))
                : argument;
        }

        if (array?.Value.Type is IArrayTypeSymbol { ElementType: var element })
        {
            var values = string.Join(", ", rewritten.ArgumentList.Arguments.Skip(ordinary).Select(static argument => argument.ToString()));
            var type = element.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
            var expression = SyntaxFactory.ParseExpression(elements == 0 ? $"new {type}[0]" : $"new {type}[] {{ {values} }}");
            yield return _call.Arguments.Any(static argument => argument.ArgumentKind == ArgumentKind.DefaultValue)
                ? Named(_counterpart.Parameters[array.Parameter!.Ordinal + offset], expression)
                : SyntaxFactory.Argument(expression);
        }
    }

    private IParameterSymbol? Parameter(ArgumentSyntax argument, int offset) =>
        _call.Arguments.FirstOrDefault(candidate => candidate.Syntax == argument)?.Parameter is { } parameter
            ? _counterpart.Parameters[parameter.Ordinal + offset]
            : null;

    private ArgumentSyntax Default(IArgumentOperation argument, int offset)
    {
        var parameter = _counterpart.Parameters[argument.Parameter!.Ordinal + offset];
        var value = argument.Parameter.HasExplicitDefaultValue && argument.Parameter.ExplicitDefaultValue is { } constant
            ? $"({argument.Parameter.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}){SymbolDisplay.FormatPrimitive(constant, quoteStrings: true, useHexadecimalNumbers: false)}"
            : "default";
        var expression = SyntaxFactory.ParseExpression(value).WithAdditionalAnnotations(Simplifier.Annotation);
        return Named(parameter, expression);
    }

    private static ArgumentSyntax Named(IParameterSymbol parameter, ExpressionSyntax expression) => SyntaxFactory.Argument(
        SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(Escape(parameter.Name)), SyntaxFactory.Token(SyntaxKind.ColonToken).WithTrailingTrivia(SyntaxFactory.Space)),
        default,
        expression);

    private static ExpressionSyntax Receiver(InvocationExpressionSyntax rewritten) => rewritten.Expression switch
    {
        MemberAccessExpressionSyntax { Expression: BaseExpressionSyntax } => SyntaxFactory.ThisExpression(),
        MemberAccessExpressionSyntax member => member.Expression.WithoutTrivia(),
        _ => SyntaxFactory.ThisExpression(),
    };

    private static ArgumentSyntax Argument(RefKind kind, ExpressionSyntax expression) => kind == RefKind.Ref
        ? SyntaxFactory.Argument(null, SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space), expression)
        : SyntaxFactory.Argument(expression);

    private static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
