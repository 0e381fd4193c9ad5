using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Internal.Runtime;

/// <summary>
/// The compiler's description of a type: header, virtual slots, interfaces, then optional 4-byte relative pointers
/// (type manager, writable data, dispatch map, finalizer, sealed slots, generic type, type arguments), in this order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MethodTable
{
    private const uint HasDispatchMapFlag = 0x00040000;
    private const uint HasFinalizerFlag = 0x00100000;
    // For values, in the place of an array's element size: bytes between the last field and the end of a box.
    private const int PaddingMask = 0x00E0;
    private const int PaddingShift = 5;
    private const int ValueOffsetMask = 0x0700;
    private const int ValueOffsetShift = 8;
    private const uint HasSealedSlotsFlag = 0x00400000;
    private const uint HasVarianceFlag = 0x00800000;
    private const uint ElementTypeMask = 0x7C000000;
    private const int ElementTypeShift = 26;
    private const uint SByteElementType = 0x04;
    private const uint Int16ElementType = 0x06;
    private const uint InterfaceElementType = 0x15;
    private const uint NullableElementType = 0x12;
    private const uint ClassElementType = 0x14;
    private const uint FirstArrayElementType = 0x17;
    private const uint LastArrayElementType = 0x18;
    private const uint ValueTypeLimit = 0x12;

    internal ushort _usComponentSize;
    internal ushort _usFlags;
    internal uint _uBaseSize;
    internal MethodTable* _relatedType;
    internal ushort _usNumVtableSlots;
    internal ushort _usNumInterfaces;
    internal uint _uHashCode;

    /// <summary>Flags in the upper half of the first word.</summary>
    internal static uint Flags(MethodTable* type) => *(uint*)type;

    internal static bool IsInterface(MethodTable* type) => ElementType(type) == InterfaceElementType;

    internal static bool IsValueType(MethodTable* type) => ElementType(type) is > 0 and <= ValueTypeLimit;

    /// <summary>True for the smaller signed numbers and for enumerations of them.</summary>
    internal static bool IsSigned(MethodTable* type) => ElementType(type) is SByteElementType or Int16ElementType;

    internal static bool IsNullable(MethodTable* type) => ElementType(type) == NullableElementType;

    internal static bool IsArray(MethodTable* type) => ElementType(type) is FirstArrayElementType or LastArrayElementType;

    /// <summary>Bytes at the end of a box that are not the value's.</summary>
    internal static nuint BoxPadding(MethodTable* type) => (nuint)((type->_usComponentSize & PaddingMask) >> PaddingShift);

    /// <summary>Where a Nullable has its value; what it starts with says whether there is one.</summary>
    internal static nint ValueOffset(MethodTable* type) => 1 << ((type->_usComponentSize & ValueOffsetMask) >> ValueOffsetShift);

    /// <summary>True for interfaces and delegates with a type parameter that is 'in' or 'out'.</summary>
    internal static bool HasVariance(MethodTable* type) => (Flags(type) & HasVarianceFlag) != 0;

    /// <summary>What all instances of a generic type have in common.</summary>
    internal static MethodTable* GenericType(MethodTable* type) => (MethodTable*)Relative(GenericFields(type));

    /// <summary>The argument of a type with one type parameter.</summary>
    internal static MethodTable* TypeArgument(MethodTable* type) => (MethodTable*)Relative(GenericFields(type) + 4);

    /// <summary>One of several arguments, or the only one.</summary>
    internal static MethodTable* TypeArgument(MethodTable* type, uint index) => ParameterCount(GenericType(type)) == 1
        ? TypeArgument(type)
        : (MethodTable*)Relative(Relative(GenericFields(type) + 4) + (index * 4));

    /// <summary>Type parameters of a <see cref="GenericType"/>, which has no instances and so no size.</summary>
    internal static uint ParameterCount(MethodTable* genericType) => genericType->_uBaseSize;

    /// <summary>How each type parameter of a <see cref="GenericType"/> with variance varies, one byte each.</summary>
    internal static Variance* Variances(MethodTable* genericType) => (Variance*)Relative(OptionalFields(genericType) + 8);

    /// <summary>The description of a type; expanded by ilc.</summary>
    [Intrinsic]
    internal static MethodTable* Of<T>() => Of<T>();

    /// <summary>Classes, interfaces and arrays; not values, not pointers.</summary>
    internal static bool IsReferenceType(MethodTable* type) => ElementType(type) is >= ClassElementType and <= LastArrayElementType;

    internal static bool HasDispatchMap(MethodTable* type) => (Flags(type) & HasDispatchMapFlag) != 0;

    internal static nint* VirtualSlots(MethodTable* type) => (nint*)((byte*)type + sizeof(MethodTable));

    internal static MethodTable** Interfaces(MethodTable* type) => (MethodTable**)(VirtualSlots(type) + type->_usNumVtableSlots);

    internal static ushort* DispatchMap(MethodTable* type) => (ushort*)Relative(OptionalFields(type) + 8);

    /// <summary>Code of a virtual method that no class overrides further, kept outside the inherited slots.</summary>
    internal static nint SealedSlot(MethodTable* type, int index) => (nint)Relative(Relative(SealedSlotsField(type)) + (index * 4));

    private static byte* SealedSlotsField(MethodTable* type) =>
        OptionalFields(type) + 8 + (HasDispatchMap(type) ? 4 : 0) + ((Flags(type) & HasFinalizerFlag) != 0 ? 4 : 0);

    // The generic type, then its argument or, where it has several, all of them.
    private static byte* GenericFields(MethodTable* type) => SealedSlotsField(type) + ((Flags(type) & HasSealedSlotsFlag) != 0 ? 4 : 0);

    private static uint ElementType(MethodTable* type) => (Flags(type) & ElementTypeMask) >> ElementTypeShift;

    /// <summary>Follows a 4-byte self-relative pointer.</summary>
    internal static byte* Relative(byte* field) => field + *(int*)field;

    private static byte* OptionalFields(MethodTable* type) => (byte*)(Interfaces(type) + type->_usNumInterfaces);
}

/// <summary>How a type parameter varies.</summary>
internal enum Variance : byte
{
    None = 0,
    Out = 1,
    In = 2,
}
