using System.Runtime.InteropServices;

namespace ParaKit.Abi;

/// <summary>
/// The page through which a domain has a console: two rings of bytes. Indices run freely through 32 bits. Xen public/io/console.h, "struct xencons_interface".
/// </summary>
[SharedMemory]
[StructLayout(LayoutKind.Explicit, Size = 3088)]
public unsafe struct ConsoleInterface
{
    /// <summary>Bytes of the ring to the domain (in).</summary>
    public const int InputBytes = 1024;
    /// <summary>Bytes of the ring from the domain (out).</summary>
    public const int OutputBytes = 2048;

    /// <summary>What is typed (in).</summary>
    [FieldOffset(0)] public fixed byte Input[InputBytes];
    /// <summary>What the domain prints (out).</summary>
    [FieldOffset(1024)] public fixed byte Output[OutputBytes];
    /// <summary>Read by the domain so far (in_cons).</summary>
    [ConsumerIndex] [FieldOffset(3072)] public uint InputConsumer;
    /// <summary>Written by the back end so far (in_prod).</summary>
    [ProducerIndex] [FieldOffset(3076)] public uint InputProducer;
    /// <summary>Read by the back end so far (out_cons).</summary>
    [ConsumerIndex] [FieldOffset(3080)] public uint OutputConsumer;
    /// <summary>Written by the domain so far (out_prod).</summary>
    [ProducerIndex] [FieldOffset(3084)] public uint OutputProducer;
}
