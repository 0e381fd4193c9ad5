using ParaKit.Abi;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>console_io: the emergency console. Xen public/xen.h, "HYPERVISOR_console_io".</summary>
internal static class ConsoleIo
{
    private const int BytesPerSlice = 4096;

    /// <summary>command, count, buffer. EFAULT, ENOSYS. Reading never has anything to give.</summary>
    [Hypercall(HypercallNumber.ConsoleIo)]
    public static long Invoke(ref HypercallContext context) => (ConsoleOperation)(uint)context.Argument1 switch
    {
        ConsoleOperation.Write => Write(ref context),
        ConsoleOperation.Read => 0,
        _ => HypercallContext.Result(Errno.ENOSYS),
    };

    private static long Write(ref HypercallContext context)
    {
        var count = (uint)context.Argument2;
        Span<byte> bytes = stackalloc byte[BytesPerSlice];
        bytes = bytes[..(int)Math.Min(count, BytesPerSlice)];
        if (!context.Domain.Memory.TryRead(context.Argument3, bytes))
        {
            return HypercallContext.Result(Errno.EFAULT);
        }

        context.Domain.Console(bytes);
        if (count == bytes.Length)
        {
            return 0;
        }

        context.Argument2 = count - (uint)bytes.Length;
        context.Argument3 += (ulong)bytes.Length;
        return context.ContinueLater();
    }
}
