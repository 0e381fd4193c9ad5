using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace ParaKit.SensitiveOperations;

/// <summary>
/// Sizes of structs as the runtime lays them out for x86-64. Explicit layout and packing are known of structs in source only; those of
/// libraries are taken for sequential ones.
/// </summary>
internal static class StructLayouts
{
    private const int Sequential = 0;
    private const int Explicit = 2;

    /// <summary>Size in bytes, or null when it is not defined by the declaration.</summary>
    internal static int? SizeOf(ITypeSymbol type) => Measure(type)?.Size;

    private static Extent? Measure(ITypeSymbol type) => type switch
    {
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => new Extent(8, 8),
        INamedTypeSymbol { EnumUnderlyingType: { } underlying } => Measure(underlying),
        _ when Primitive(type.SpecialType) is > 0 and var size => new Extent(size, size),
        INamedTypeSymbol { TypeKind: TypeKind.Struct } structure => MeasureStruct(structure),
        _ => null,
    };

    private static int Primitive(SpecialType type) => type switch
    {
        SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte => 1,
        SpecialType.System_Char or SpecialType.System_Int16 or SpecialType.System_UInt16 => 2,
        SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single => 4,
        SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double or SpecialType.System_IntPtr or SpecialType.System_UIntPtr => 8,
        _ => 0,
    };

    private static Extent? MeasureStruct(INamedTypeSymbol type)
    {
        AttributeData? layout = GuestApi.FindAttribute(type, "System.Runtime.InteropServices.StructLayoutAttribute");
        int kind = layout?.ConstructorArguments.FirstOrDefault().Value is { } value ? Convert.ToInt32(value) : Sequential;
        if (kind is not (Sequential or Explicit))
        {
            return null;
        }

        int pack = Named(layout, "Pack") is > 0 and var given ? given : 8;
        int end = 0;
        int alignment = 1;
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic))
        {
            if (MeasureField(field) is not { } extent)
            {
                return null;
            }

            int own = Math.Min(extent.Alignment, pack);
            int start = kind == Explicit ? Offset(field) : RoundUp(end, own);
            end = Math.Max(end, start + extent.Size);
            alignment = Math.Max(alignment, own);
        }

        int elements = GuestApi.FindAttribute(type, "System.Runtime.CompilerServices.InlineArrayAttribute")?.ConstructorArguments.FirstOrDefault().Value as int? ?? 1;
        return new Extent(Math.Max(Math.Max(RoundUp(end, alignment) * elements, Named(layout, "Size")), 1), alignment);
    }

    private static Extent? MeasureField(IFieldSymbol field) =>
        field is { IsFixedSizeBuffer: true, Type: IPointerTypeSymbol { PointedAtType: { } element } }
            ? Measure(element) is { } one ? new Extent(one.Size * field.FixedSize, one.Alignment) : null
            : Measure(field.Type);

    private static int Offset(IFieldSymbol field) =>
        GuestApi.FindAttribute(field, "System.Runtime.InteropServices.FieldOffsetAttribute")?.ConstructorArguments.FirstOrDefault().Value as int? ?? 0;

    private static int Named(AttributeData? attribute, string name) =>
        attribute?.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value as int? ?? 0;

    private static int RoundUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private readonly record struct Extent(int Size, int Alignment);
}
