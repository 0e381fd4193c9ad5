using System.Runtime;
using System.Runtime.CompilerServices;

namespace ParaKit.Guest;

/// <summary>Addresses that the linker defines; a function pointer to an extern is how C# takes a symbol's address.</summary>
internal static unsafe class LinkerSymbols
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_image_end")]
    private static extern void ImageEndSymbol();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_heap_start")]
    private static extern void HeapStartSymbol();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_heap_end")]
    private static extern void HeapEndSymbol();

    /// <summary>First address past everything that the image occupies, page-aligned.</summary>
    internal static ulong ImageEnd => (ulong)(delegate*<void>)&ImageEndSymbol;

    internal static byte* HeapStart => (byte*)(delegate*<void>)&HeapStartSymbol;

    internal static byte* HeapEnd => (byte*)(delegate*<void>)&HeapEndSymbol;
}
