using Microsoft.CodeAnalysis;

namespace ParaKit.TableGenerator;

/// <summary>Small questions asked of Roslyn symbols.</summary>
internal static class Symbols
{
    /// <summary>The method's full name with <c>global::</c>, without type arguments.</summary>
    public static string FullName(IMethodSymbol method) =>
        method.ContainingType.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) + "." + method.Name;

    /// <summary>Name of the enum member with the value of <paramref name="constant"/>, or the number itself.</summary>
    public static string MemberName(TypedConstant constant)
    {
        foreach (ISymbol member in constant.Type?.GetMembers() ?? [])
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Equals(field.ConstantValue, constant.Value))
            {
                return field.Name;
            }
        }

        return constant.Value?.ToString() ?? "?";
    }
}
