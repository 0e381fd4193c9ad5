using System;
using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>
/// The console of an ordinary domain: bytes to it and from it, over rings with domain 0. <see cref="Console"/> prints by the hypervisor's emergency console
/// instead, which works before anything else does, and in domain 0, which has no such rings. Xen public/io/console.h.
/// </summary>
public static unsafe class RingConsole
{
    /// <summary>Prints bytes; waits while the ring is full.</summary>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        ConsoleInterface* page = Domain.ConsolePage;
        uint produced = page->OutputProducer;
        for (int i = 0; i < bytes.Length; i++)
        {
            while (produced - Volatile.Read(ref page->OutputConsumer) >= ConsoleInterface.OutputBytes)
            {
                Domain.ConsoleChannel.Notify();
                Domain.ConsoleChannel.Wait();
            }

            page->Output[produced % ConsoleInterface.OutputBytes] = bytes[i];
            produced++;
            Interlocked.MemoryBarrier();
            page->OutputProducer = produced;
        }

        Domain.ConsoleChannel.Notify();
    }

    /// <summary>Takes what has been typed; waits until there is something.</summary>
    /// <returns>Bytes taken, at least one.</returns>
    public static int Read(Span<byte> bytes)
    {
        ConsoleInterface* page = Domain.ConsolePage;
        uint consumed = page->InputConsumer;
        while (Volatile.Read(ref page->InputProducer) == consumed)
        {
            Domain.ConsoleChannel.Wait();
        }

        int count = 0;
        for (; count < bytes.Length && Volatile.Read(ref page->InputProducer) != consumed; count++)
        {
            bytes[count] = page->Input[consumed % ConsoleInterface.InputBytes];
            consumed++;
            Interlocked.MemoryBarrier();
            page->InputConsumer = consumed;
        }

        Domain.ConsoleChannel.Notify();
        return count;
    }
}
