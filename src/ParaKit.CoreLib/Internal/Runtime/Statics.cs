using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime;

/// <summary>Creates the objects that hold static reference fields; the compiler lists them in its ReadyToRun header.</summary>
public static unsafe class Statics
{
    private const int GcStaticRegion = 201;
    private const int SectionCountOffset = 12;
    private const int FirstSectionOffset = 16;
    private const int SectionSize = 24;
    private const nint Uninitialized = 1;
    private const nint HasPreinitializedData = 2;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "__ReadyToRunHeader")]
    private static extern void ReadyToRunHeader();

    /// <summary>Called once, after the heap and before any kernel code.</summary>
    public static void Initialize()
    {
        byte* header = (byte*)(delegate*<void>)&ReadyToRunHeader;
        int count = *(ushort*)(header + SectionCountOffset);
        byte* section = header + FirstSectionOffset;
        for (int i = 0; i < count; i++, section += SectionSize)
        {
            if (*(int*)section == GcStaticRegion)
            {
                InitializeRegion(*(byte**)(section + 8), *(byte**)(section + 16));
            }
        }
    }

    private static void InitializeRegion(byte* start, byte* end)
    {
        for (byte* entry = start; entry < end; entry += sizeof(int))
        {
            byte* block = MethodTable.Relative(entry);
            nint tagged = (nint)MethodTable.Relative(block);
            if ((tagged & Uninitialized) == 0)
            {
                continue;
            }

            var type = (MethodTable*)(tagged & ~(Uninitialized | HasPreinitializedData));
            byte* holder = (byte*)Heap.NewObject(type);
            if ((tagged & HasPreinitializedData) != 0)
            {
                byte* source = MethodTable.Relative(block + sizeof(int));
                for (nuint i = 0; i < type->_uBaseSize - 16; i++)
                {
                    (holder + sizeof(void*))[i] = source[i];
                }
            }

            *(byte**)block = holder;
        }
    }
}
