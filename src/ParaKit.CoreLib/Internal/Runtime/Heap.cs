using System.Runtime;
using Internal.Runtime.CompilerHelpers;

namespace Internal.Runtime;

/// <summary>
/// The kernel's object heap: a bump allocator over the region that the linker reserves. Nothing is ever freed or moved,
/// so references may be kept as addresses. The entry points are what compiled code calls for 'new'.
/// </summary>
public static unsafe class Heap
{
    private const nuint Alignment = 8;

    private static byte* s_next;
    private static byte* s_end;

    /// <summary>Sets the region; called once before any allocation.</summary>
    public static void Initialize(byte* start, byte* end)
    {
        s_next = start;
        s_end = end;
    }

    /// <summary>Bytes that are still free.</summary>
    public static ulong FreeBytes => (ulong)(s_end - s_next);

    private static void** Allocate(nuint size)
    {
        size = (size + Alignment - 1) & ~(Alignment - 1);
        byte* start = s_next;
        if (size > (nuint)(s_end - start))
        {
            ThrowHelpers.Fail("the kernel heap is exhausted (ParaKitHeapBytes sets its size)");
        }

        s_next = start + size;
        for (nuint i = 0; i < size; i += sizeof(ulong))
        {
            *(ulong*)(start + i) = 0;
        }

        return (void**)start;
    }

    [RuntimeExport("RhpNewFast")]
    internal static void* NewObject(MethodTable* type)
    {
        void** instance = Allocate(type->_uBaseSize);
        *instance = type;
        return instance;
    }

    [RuntimeExport("RhpNewArrayFast")]
    private static void* NewArray(MethodTable* type, nint length)
    {
        if ((nuint)length > int.MaxValue)
        {
            ThrowHelpers.ThrowOverflowException();
        }

        void** array = Allocate(type->_uBaseSize + ((nuint)length * type->_usComponentSize));
        *array = type;
        *(int*)(array + 1) = (int)length;
        return array;
    }

    [RuntimeExport("RhpNewPtrArrayFast")]
    private static void* NewPointerArray(MethodTable* type, nint length) => NewArray(type, length);

    [RuntimeExport("RhNewArray")]
    private static void* NewAnyArray(MethodTable* type, nint length) => NewArray(type, length);
}
