using System.Runtime.CompilerServices;
using Internal.Runtime;
using Internal.Runtime.CompilerHelpers;

namespace System.Runtime;

/// <summary>Casts and array stores; names and signatures are a contract with ilc.</summary>
internal static unsafe class TypeCast
{
    private static object IsInstanceOfClass(MethodTable* type, object value) => value == null || DerivesFrom(value.m_pMethodTable, type) ? value : null;

    private static object IsInstanceOfInterface(MethodTable* type, object value) => value == null || Implements(value.m_pMethodTable, type) ? value : null;

    private static object IsInstanceOfAny(MethodTable* type, object value) =>
        MethodTable.IsInterface(type) ? IsInstanceOfInterface(type, value) : IsInstanceOfClass(type, value);

    private static bool IsInstanceOfException(MethodTable* type, object value) => value != null && DerivesFrom(value.m_pMethodTable, type);

    private static object CheckCastClass(MethodTable* type, object value) => Checked(value, IsInstanceOfClass(type, value));

    private static object CheckCastClassSpecial(MethodTable* type, object value) => CheckCastClass(type, value);

    private static object CheckCastInterface(MethodTable* type, object value) => Checked(value, IsInstanceOfInterface(type, value));

    private static object CheckCastAny(MethodTable* type, object value) => Checked(value, IsInstanceOfAny(type, value));

    private static void StelemRef(object[] array, nint index, object value)
    {
        if (value != null && IsInstanceOfAny(((object)array).m_pMethodTable->_relatedType, value) == null)
        {
            ThrowHelpers.Fail("an array element cannot hold this type");
        }

        Element(array, index) = value;
    }

    private static ref object LdelemaRef(object[] array, nint index, MethodTable* elementType)
    {
        if (((object)array).m_pMethodTable->_relatedType != elementType)
        {
            ThrowHelpers.Fail("a reference to an array element has the wrong type");
        }

        return ref Element(array, index);
    }

    private static ref object Element(object[] array, nint index)
    {
        if ((nuint)index >= (nuint)array.Length)
        {
            ThrowHelpers.ThrowIndexOutOfRangeException();
        }

        return ref Unsafe.Add(ref Unsafe.As<byte, object>(ref Unsafe.As<RawArrayData>(array).Data), index);
    }

    private static object Checked(object value, object cast)
    {
        if (value != null && cast == null)
        {
            ThrowHelpers.Fail("invalid cast");
        }

        return value;
    }

    private static bool DerivesFrom(MethodTable* type, MethodTable* ancestor)
    {
        for (; type != null; type = type->_relatedType)
        {
            if (type == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Implements(MethodTable* type, MethodTable* contract)
    {
        MethodTable** interfaces = MethodTable.Interfaces(type);
        for (int i = 0; i < type->_usNumInterfaces; i++)
        {
            if (interfaces[i] == contract)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Boxing; names and signatures are a contract with ilc.</summary>
internal static unsafe class RuntimeExports
{
    // A boxed value: method table, then the value; base size also counts the object header word.
    private const int Overhead = 16;

    private static object RhBox(MethodTable* type, ref byte data)
    {
        byte* box = (byte*)Heap.NewObject(type);
        for (nuint i = 0; i < type->_uBaseSize - Overhead; i++)
        {
            (box + sizeof(void*))[i] = Unsafe.Add(ref data, (nint)i);
        }

        return *(object*)&box;
    }

    private static ref byte RhUnbox2(MethodTable* type, object value)
    {
        if (value.m_pMethodTable != type)
        {
            ThrowHelpers.Fail("invalid unboxing cast");
        }

        return ref *((byte*)*(void**)&value + sizeof(void*));
    }

    private static void RhUnboxNullable(ref byte data, MethodTable* type, object value) =>
        ThrowHelpers.Fail("unboxing to Nullable<T> is not supported; unbox to T");
}
