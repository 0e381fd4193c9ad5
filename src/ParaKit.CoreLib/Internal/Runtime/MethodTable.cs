using System.Runtime.InteropServices;

namespace Internal.Runtime;

/// <summary>
/// The compiler's description of a type: header, virtual slots, interfaces, then optional 4-byte relative pointers
/// (type manager, writable data, dispatch map, finalizer, sealed slots), in this order.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MethodTable
{
    private const uint HasDispatchMapFlag = 0x00040000;
    private const uint HasFinalizerFlag = 0x00100000;
    private const uint ElementTypeMask = 0x7C000000;
    private const int ElementTypeShift = 26;
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

    internal static bool IsNullable(MethodTable* type) => ElementType(type) == NullableElementType;

    internal static bool IsArray(MethodTable* type) => ElementType(type) is FirstArrayElementType or LastArrayElementType;

    /// <summary>Classes, interfaces and arrays; not values, not pointers.</summary>
    internal static bool IsReferenceType(MethodTable* type) => ElementType(type) is >= ClassElementType and <= LastArrayElementType;

    internal static bool HasDispatchMap(MethodTable* type) => (Flags(type) & HasDispatchMapFlag) != 0;

    internal static nint* VirtualSlots(MethodTable* type) => (nint*)((byte*)type + sizeof(MethodTable));

    internal static MethodTable** Interfaces(MethodTable* type) => (MethodTable**)(VirtualSlots(type) + type->_usNumVtableSlots);

    internal static ushort* DispatchMap(MethodTable* type) => (ushort*)Relative(OptionalFields(type) + 8);

    /// <summary>Code of a virtual method that no class overrides further, kept outside the inherited slots.</summary>
    internal static nint SealedSlot(MethodTable* type, int index)
    {
        byte* field = OptionalFields(type) + 8 + (HasDispatchMap(type) ? 4 : 0) + ((Flags(type) & HasFinalizerFlag) != 0 ? 4 : 0);
        return (nint)Relative(Relative(field) + (index * 4));
    }

    private static uint ElementType(MethodTable* type) => (Flags(type) & ElementTypeMask) >> ElementTypeShift;

    /// <summary>Follows a 4-byte self-relative pointer.</summary>
    internal static byte* Relative(byte* field) => field + *(int*)field;

    private static byte* OptionalFields(MethodTable* type) => (byte*)(Interfaces(type) + type->_usNumInterfaces);
}
