using System.Composition;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ParaKit.Analyzers;
using ParaKit.SensitiveOperations;

namespace ParaKit.CodeFixes.Rules;

/// <summary>PK0205: <c>new Mfn(frame.Number)</c> becomes <c>FrameTranslation.ToMachine(frame)</c>, and back.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MixedAddressKindsFix : GuestFix
{
    /// <summary>Creates the fix.</summary>
    public MixedAddressKindsFix()
        : base(RuleIds.MixedAddressKinds, "Translate the frame")
    {
    }

    private protected override Replacement? Plan(SyntaxNode reported, SemanticModel model, CancellationToken cancellation)
    {
        if (reported is not ExpressionSyntax expression || model.GetOperation(expression, cancellation) is not { } use ||
            model.Compilation.GetTypeByMetadataName(GuestApi.FrameTranslation) is not { } translation)
        {
            return null;
        }

        (IOperation? value, string? kind, string suffix) = use switch
        {
            IObjectCreationOperation creation => (creation.Arguments[0].Value, AddressKinds.Of(creation.Type), ""),
            IInvocationOperation { TargetMethod: { Name: "Containing" } method } call => (call.Arguments[0].Value, AddressKinds.Of(method.ContainingType), ""),
            IPropertyReferenceOperation number => (number, "Mfn", "." + number.Property.Name),
            _ => (null, null, ""),
        };
        if (value is null || AddressKinds.Whole(value) is not { } frame || use is IBinaryOperation)
        {
            return null;
        }

        string? translate = (AddressKinds.Of(frame.Type), kind) switch
        {
            ("Pfn", "Mfn") => "ToMachine",
            ("Mfn", "Pfn") => "ToPhysical",
            _ => null,
        };
        string name = translation.ToMinimalDisplayString(model, expression.SpanStart);
        return translate is null
            ? null
            : new Replacement(expression, rewritten => SyntaxFactory.ParseExpression($"{name}.{translate}({frame.Syntax}){suffix}").WithTriviaFrom(rewritten));
    }
}
