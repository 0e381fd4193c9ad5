using System.Runtime;
using ParaKit.Guest;

internal static unsafe partial class Entries
{
    [TrapHandler(14)] // PK0501
    private static void Hidden(TrapFrame* frame)
    {
    }

    [TrapHandler(13)] // PK0503
    internal static void First(TrapFrame* frame)
    {
    }

    [TrapHandler(13)] // PK0502 PK0503
    internal static void Second(TrapFrame* frame)
    {
    }

    [RuntimeExport("kernel_trap")]
    internal static TrapFrame* Trap(TrapFrame* frame) => frame;

    [Hypercall(200)] // PK0504
    internal static long TooLarge() => 0;

    [Hypercall(50)] // [PK0505]
    internal static partial long Ask(uint question);
}
