using System.Threading;

namespace ParaKit.Guest.Xen;

/// <summary>Single bits of words that the hypervisor changes at the same time.</summary>
internal static class AtomicBits
{
    internal static void Clear(ref ulong word, int bit)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref word);
        }
        while (Interlocked.CompareExchange(ref word, old & ~(1UL << bit), old) != old);
    }

    internal static void Set(ref ulong word, int bit)
    {
        ulong old;
        do
        {
            old = Volatile.Read(ref word);
        }
        while (Interlocked.CompareExchange(ref word, old | (1UL << bit), old) != old);
    }
}
