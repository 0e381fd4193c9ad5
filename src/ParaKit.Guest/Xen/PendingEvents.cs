using System.Numerics;
using System.Threading;

namespace ParaKit.Guest.Xen;

/// <summary>
/// The pending events of a virtual processor in Xen's two levels: a word whose bits select words whose bits are ports. The order is that of priority: the lowest port goes first. Xen public/xen.h,
/// "struct shared_info".
/// </summary>
internal static unsafe class PendingEvents
{
    private const int PortsPerWord = 64;

    /// <summary>Takes the lowest port that is pending and not masked.</summary>
    /// <param name="selector">The processor's word; Xen sets bits of it at any time.</param>
    /// <param name="pending">Bits of all ports.</param>
    /// <param name="mask">Those that are not delivered.</param>
    /// <param name="port">The port; it is no longer pending.</param>
    /// <returns>False if there is none.</returns>
    internal static bool TryTake(ref ulong selector, ulong* pending, ulong* mask, out uint port)
    {
        while (Volatile.Read(ref selector) is var words && words != 0)
        {
            int word = BitOperations.TrailingZeroCount(words);

            // The selector first: who sets a port after this sets it again.
            AtomicBits.Clear(ref selector, word);
            ulong ready = Volatile.Read(ref pending[word]) & ~Volatile.Read(ref mask[word]);
            if (ready == 0)
            {
                continue;
            }

            int bit = BitOperations.TrailingZeroCount(ready);
            AtomicBits.Clear(ref pending[word], bit);
            if ((ready & (ready - 1)) != 0)
            {
                AtomicBits.Set(ref selector, word);
            }

            port = (uint)((word * PortsPerWord) + bit);
            return true;
        }

        port = 0;
        return false;
    }
}
