using System.Runtime.CompilerServices;
using Internal.Runtime;
using Internal.Runtime.CompilerHelpers;

namespace System.Runtime;

/// <summary>Casts and array stores; names and signatures are a contract with ilc.</summary>
internal static unsafe class TypeCast
{
    // Objects whose method tables are known types': casts of arrays need to recognise Object and Array.
    private static readonly object s_plain = new object();
    private static readonly ArrayKind s_array = new ArrayKind();

    private static object IsInstanceOfClass(MethodTable* type, object value) => IsInstanceOfAny(type, value);

    private static object IsInstanceOfInterface(MethodTable* type, object value) => value == null || Implements(value.m_pEEType, type) ? value : null;

    private static object IsInstanceOfAny(MethodTable* type, object value) => value == null || IsAssignable(value.m_pEEType, type) ? value : null;

    private static bool IsInstanceOfException(MethodTable* type, object value) => value != null && DerivesFrom(value.m_pEEType, type);

    private static object CheckCastClass(MethodTable* type, object value) => Checked(value, IsInstanceOfClass(type, value));

    private static object CheckCastClassSpecial(MethodTable* type, object value) => CheckCastClass(type, value);

    private static object CheckCastInterface(MethodTable* type, object value) => Checked(value, IsInstanceOfInterface(type, value));

    private static object CheckCastAny(MethodTable* type, object value) => Checked(value, IsInstanceOfAny(type, value));

    private static void StelemRef(object[] array, nint index, object value)
    {
        ref object element = ref Element(array, index);
        MethodTable* elementType = ((object)array).m_pEEType->_relatedType;
        if (value != null && value.m_pEEType != elementType && !IsAssignable(value.m_pEEType, elementType))
        {
            ThrowHelpers.Fail("an array element cannot hold this type");
        }

        element = value;
    }

    private static ref object LdelemaRef(object[] array, nint index, MethodTable* elementType)
    {
        if (((object)array).m_pEEType->_relatedType != elementType)
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

    private static bool IsAssignable(MethodTable* self, MethodTable* type)
    {
        if (self == type)
        {
            return true;
        }

        if (MethodTable.IsInterface(type))
        {
            return Implements(self, type) || VariesTo(self, type);
        }

        if (MethodTable.IsArray(self))
        {
            return MethodTable.IsArray(type) ? AreElementsAssignable(self, type) : IsObjectOrArray(type);
        }

        return !MethodTable.IsArray(type) && (DerivesFrom(self, type) || VariesTo(self, type));
    }

    /// <summary>Arrays of references vary with their elements; arrays of values and pointers do not. The base size tells the rank.</summary>
    private static bool AreElementsAssignable(MethodTable* self, MethodTable* type)
    {
        MethodTable* from = self->_relatedType;
        MethodTable* to = type->_relatedType;
        return self->_uBaseSize == type->_uBaseSize
            && (from == to || IsReferenceTo(from, to));
    }

    private static bool IsReferenceTo(MethodTable* from, MethodTable* to) =>
        MethodTable.IsReferenceType(from) && (to == s_plain.m_pEEType || IsAssignable(from, to));

    /// <summary>True for instances of one generic interface or delegate of which the first can stand for the second: arguments differ only as 'in' and 'out' allow.</summary>
    internal static bool VariesTo(MethodTable* from, MethodTable* to)
    {
        if (!MethodTable.HasVariance(from) || !MethodTable.HasVariance(to) || MethodTable.GenericType(from) != MethodTable.GenericType(to))
        {
            return false;
        }

        MethodTable* generic = MethodTable.GenericType(to);
        for (uint i = 0; i < MethodTable.ParameterCount(generic); i++)
        {
            MethodTable* given = MethodTable.TypeArgument(from, i);
            MethodTable* wanted = MethodTable.TypeArgument(to, i);
            bool varies = MethodTable.Variances(generic)[i] switch
            {
                Variance.Out => IsReferenceTo(given, wanted),
                Variance.In => IsReferenceTo(wanted, given),
                _ => false,
            };
            if (given != wanted && !varies)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsObjectOrArray(MethodTable* type) =>
        type == s_plain.m_pEEType || type == ((object)s_array).m_pEEType->_relatedType;

    /// <summary>For classes; the related type of an array is its element type.</summary>
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
            if (interfaces[i] == contract || VariesTo(interfaces[i], contract))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Its base type is Array, of which there are no instances.</summary>
internal sealed class ArrayKind : Array
{
}

/// <summary>Boxing; names and signatures are a contract with ilc.</summary>
internal static unsafe class RuntimeExports
{
    // A boxed value: method table, then the value; base size also counts the object header word.
    private const int Overhead = 16;

    /// <summary>Where a box has its value.</summary>
    internal static byte* DataOf(object box) => *(byte**)&box + sizeof(void*);

    /// <summary>Bytes of a value.</summary>
    internal static nuint SizeOf(MethodTable* type) => type->_uBaseSize - Overhead - MethodTable.BoxPadding(type);

    /// <summary>The reference, or the value in a box, that a field of the type holds.</summary>
    internal static object BoxAny(MethodTable* type, byte* field) => MethodTable.IsValueType(type) ? RhBox(type, ref *field) : *(object*)field;

    private static object RhBox(MethodTable* type, ref byte data)
    {
        if (MethodTable.IsNullable(type))
        {
            // A box has the value, never the Nullable.
            return data == 0 ? null : RhBox(MethodTable.TypeArgument(type), ref Unsafe.Add(ref data, MethodTable.ValueOffset(type)));
        }

        byte* box = (byte*)Heap.NewObject(type);
        Copy(ref data, ref *(box + sizeof(void*)), SizeOf(type));
        return *(object*)&box;
    }

    private static void Copy(ref byte from, ref byte to, nuint size)
    {
        for (nuint i = 0; i < size; i++)
        {
            Unsafe.Add(ref to, (nint)i) = Unsafe.Add(ref from, (nint)i);
        }
    }

    private static ref byte RhUnbox2(MethodTable* type, object value)
    {
        if (value.m_pEEType != type)
        {
            ThrowHelpers.Fail("invalid unboxing cast");
        }

        return ref *((byte*)*(void**)&value + sizeof(void*));
    }

    private static void RhUnboxNullable(ref byte data, MethodTable* type, object value)
    {
        for (nuint i = 0; i < SizeOf(type); i++)
        {
            Unsafe.Add(ref data, (nint)i) = 0;
        }

        if (value != null)
        {
            MethodTable* argument = MethodTable.TypeArgument(type);
            Copy(ref RhUnbox2(argument, value), ref Unsafe.Add(ref data, MethodTable.ValueOffset(type)), SizeOf(argument));
            data = 1;
        }
    }
}
