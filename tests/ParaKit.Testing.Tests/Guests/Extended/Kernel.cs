using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Guest;

/// <summary>Uses an instruction that only an extension of the machine has.</summary>
internal static class Kernel
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        Console.WriteHex(Extension.ReverseBits(0x8000_0000_0000_0001));
        Console.Write(" ");
        Console.WriteHex(Extension.ReverseBits(0xff));
        Console.WriteLine("");
        Platform.Shutdown(0);
    }
}

/// <summary>The intrinsics of the extension.</summary>
internal static class Extension
{
    /// <summary>All bits in reverse order: instruction 3.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_ud1_3")]
    public static extern ulong ReverseBits(ulong value);
}
