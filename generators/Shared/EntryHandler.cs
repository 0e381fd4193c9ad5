using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// A method with <c>[TrapHandler]</c>, <c>[EventHandler]</c> or <c>[SystemCallEntry]</c>. The generator and the rules both ask here, so a
/// handler is either called or reported.
/// </summary>
internal sealed class EntryHandler
{
    /// <summary>Value of <see cref="Number"/> of a handler for everything that has none of its own.</summary>
    internal const int Others = -1;

    /// <summary>Value of <see cref="Virq"/> of a handler without one.</summary>
    internal const int None = -1;

    private const int VectorCount = 256;
    private const int FirstLineVector = 0x20;
    private const int LineCount = 16;

    private EntryHandler(IMethodSymbol method, AttributeData attribute, EntryKind kind)
    {
        Method = method;
        Attribute = attribute;
        Kind = kind;
        Number = GuestApi.OnlyArgument(attribute) is int number ? number : Others;
        FromUser = attribute.NamedArguments.Any(static argument => argument is { Key: "FromUser", Value.Value: true });
        Virq = attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == "Virq").Value.Value is uint virq ? (int)virq : None;
        TakesFrame = method.Parameters.Length > 0 && IsFrame(method.Parameters[0].Type);
        TakesLine = kind == EntryKind.Event && method.Parameters.Length == 2;
        ReturnsFrame = IsFrame(method.ReturnType);
        Problem = FindProblem();
    }

    internal IMethodSymbol Method { get; }

    internal AttributeData Attribute { get; }

    internal EntryKind Kind { get; }

    /// <summary>Vector or line, or <see cref="Others"/>.</summary>
    internal int Number { get; }

    /// <summary>Whether user mode may raise the exception itself.</summary>
    internal bool FromUser { get; }

    /// <summary>The virtual interrupt that is bound to the line, or <see cref="None"/>.</summary>
    internal int Virq { get; }

    internal bool TakesFrame { get; }

    internal bool TakesLine { get; }

    internal bool ReturnsFrame { get; }

    /// <summary>End of a sentence that starts with the handler's name; null when it can be called.</summary>
    internal string? Problem { get; }

    /// <summary><c>vector 14</c>, <c>every other line</c>, <c>system calls</c></summary>
    internal string Serves => (Kind, Number) switch
    {
        (EntryKind.SystemCall, _) => "system calls",
        (EntryKind.Trap, Others) => "every other vector",
        (EntryKind.Trap, _) => $"vector {Number}",
        (_, Others) => "every other line",
        _ => $"line {Number}",
    };

    /// <summary>What a method handles; nothing for most methods.</summary>
    internal static IEnumerable<EntryHandler> Read(IMethodSymbol method)
    {
        foreach (AttributeData attribute in method.GetAttributes())
        {
            if (KindOf(attribute) is { } kind)
            {
                yield return new EntryHandler(method, attribute, kind);
            }
        }
    }

    /// <summary>True for a hand-written <c>kernel_trap</c>.</summary>
    internal static bool IsTrapExport(IMethodSymbol method) =>
        GuestApi.FindAttribute(method, GuestApi.RuntimeExportAttribute) is { } export && GuestApi.OnlyArgument(export) is GuestApi.TrapSymbol;

    private static EntryKind? KindOf(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() switch
    {
        GuestApi.TrapHandlerAttribute => EntryKind.Trap,
        GuestApi.EventHandlerAttribute => EntryKind.Event,
        GuestApi.SystemCallEntryAttribute => EntryKind.SystemCall,
        _ => null,
    };

    private static bool IsFrame(ITypeSymbol type) => type is IPointerTypeSymbol { PointedAtType: { } target } && target.ToDisplayString() == GuestApi.TrapFrame;

    /// <summary>True when nothing else is wrong than what these would mend.</summary>
    /// <param name="isVisible">The method, not its type, becomes internal.</param>
    /// <param name="takesFrame">It gets a frame as its parameter.</param>
    internal bool IsCallable(bool isVisible, bool takesFrame) =>
        IsOrdinary() && IsVisible(isVisible ? Method.ContainingType : Method) && (takesFrame || HasSignature()) && FindNumberProblem() is null;

    private string? FindProblem()
    {
        if (!IsOrdinary())
        {
            return "is not an ordinary static method without type parameters";
        }

        if (!IsVisible(Method))
        {
            return "is not visible to generated code; make it and its type internal or public";
        }

        if (!HasSignature())
        {
            return Kind == EntryKind.Event
                ? "must have the signature 'void Handler()', 'void Handler(TrapFrame*)' or 'void Handler(TrapFrame*, int)', or the same returning 'TrapFrame*'"
                : "must have the signature 'void Handler(TrapFrame*)' or 'TrapFrame* Handler(TrapFrame*)'";
        }

        return FindNumberProblem();
    }

    private bool IsOrdinary() => Method is { MethodKind: MethodKind.Ordinary, IsStatic: true, Arity: 0 } && !IsInGenericType();

    private bool HasSignature() => Method.Parameters.All(static parameter => parameter.RefKind == RefKind.None) && HasParameters() && (ReturnsFrame || Method.ReturnsVoid);

    private bool HasParameters() => Kind == EntryKind.Event
        ? Method.Parameters.Length == 0 || (TakesFrame && (!TakesLine || Method.Parameters[1].Type.SpecialType == SpecialType.System_Int32) && Method.Parameters.Length <= 2)
        : TakesFrame && Method.Parameters.Length == 1;

    private string? FindNumberProblem()
    {
        if (Number == Others)
        {
            return FromUser ? "opens no vector to user mode: FromUser needs a vector"
                : Virq != None ? "binds its virtual interrupt to no line: Virq needs a line"
                : null;
        }

        return Kind switch
        {
            EntryKind.Event when Number is < 0 or >= LineCount => $"handles line {Number}, but lines are 0 to {LineCount - 1}",
            EntryKind.Trap when Number is < 0 or >= VectorCount => $"handles vector {Number}, but vectors are 0 to {VectorCount - 1}",
            EntryKind.Trap when Number is >= FirstLineVector and < FirstLineVector + LineCount =>
                $"handles vector {Number}, which is interrupt line {Number - FirstLineVector}; use [EventHandler({Number - FirstLineVector})]",
            _ => null,
        };
    }

    private bool IsInGenericType()
    {
        for (INamedTypeSymbol? type = Method.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.Arity > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsVisible(ISymbol start)
    {
        for (ISymbol? symbol = start; symbol is IMethodSymbol or INamedTypeSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal) ||
                symbol is INamedTypeSymbol { IsFileLocal: true })
            {
                return false;
            }
        }

        return true;
    }
}
