using System;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>A method carrying <c>[Sensitive]</c> and what its attribute says; lives only while a symbol may be held.</summary>
internal sealed class SensitiveOperation
{
    private SensitiveOperation(IMethodSymbol method, AttributeData attribute)
    {
        Method = method;
        Attribute = attribute;
        Mnemonic = ReadMnemonic(attribute) ?? method.Name;
        Sensitivity = ReadSensitivity(attribute);
        Deprivileged = ReadNamed(attribute, "Deprivileged") as string;
        Becomes = ReadNamed(attribute, "Becomes") as string;
        CounterpartType = ReadNamed(attribute, "Paravirtual") as INamedTypeSymbol;
    }

    /// <summary>The operation's definition: unreduced, unconstructed.</summary>
    internal IMethodSymbol Method { get; }

    /// <summary>The attribute that was read.</summary>
    internal AttributeData Attribute { get; }

    /// <summary>The instruction, such as <c>cli</c>.</summary>
    internal string Mnemonic { get; }

    internal Sensitivity Sensitivity { get; }

    /// <summary>What happens when executed deprivileged, or null when the attribute does not say.</summary>
    internal string? Deprivileged { get; }

    /// <summary>What the paravirtual counterpart does, or null when the attribute does not say.</summary>
    internal string? Becomes { get; }

    /// <summary>The type that declares the paravirtual counterpart, or null when there is none.</summary>
    internal INamedTypeSymbol? CounterpartType { get; }

    /// <summary><c>X86.Cli</c></summary>
    internal string DisplayName => Method.ContainingType is { } type ? type.Name + "." + Method.Name : Method.Name;

    /// <summary>Reads the attribute of <paramref name="method"/>; null when it is not a sensitive operation.</summary>
    internal static SensitiveOperation? TryRead(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        return GuestApi.FindAttribute(definition, GuestApi.SensitiveAttribute) is { } attribute
            ? new SensitiveOperation(definition, attribute)
            : null;
    }

    private static string? ReadMnemonic(AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string : null;

    // By the member's name, so that the guest's enumeration may be renumbered. An unknown value counts as privileged:
    // a mistake then shows as a diagnostic too many, never as one too few.
    private static Sensitivity ReadSensitivity(AttributeData attribute)
    {
        if (attribute.ConstructorArguments.Length > 1 &&
            attribute.ConstructorArguments[1] is { Kind: TypedConstantKind.Enum, Type: { } type } constant)
        {
            foreach (ISymbol member in type.GetMembers())
            {
                if (member is IFieldSymbol { HasConstantValue: true } field && Equals(field.ConstantValue, constant.Value) &&
                    Enum.TryParse(field.Name, out Sensitivity sensitivity))
                {
                    return sensitivity;
                }
            }
        }

        return Sensitivity.Privileged;
    }

    private static object? ReadNamed(AttributeData attribute, string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Kind != TypedConstantKind.Array)
            {
                return argument.Value.Value;
            }
        }

        return null;
    }
}
