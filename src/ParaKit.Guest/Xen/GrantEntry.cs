using System.Runtime.CompilerServices;
using System.Threading;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>How one entry of a grant table comes into force and out of it, while Xen reads and marks it at the same time.</summary>
internal static class GrantEntry
{
    /// <summary>Lets <paramref name="domain"/> use the frame. Xen looks at an entry from the moment its type is set, so that comes last.</summary>
    internal static void Permit(ref GrantEntryV1 entry, ushort domain, uint frame, bool isReadOnly)
    {
        entry.Domain = domain;
        entry.Frame = frame;
        Interlocked.MemoryBarrier();
        entry.Flags = GrantEntryFlags.PermitAccess | (isReadOnly ? GrantEntryFlags.ReadOnly : GrantEntryFlags.Invalid);
    }

    /// <summary>Lets <paramref name="domain"/> give a frame.</summary>
    internal static void Accept(ref GrantEntryV1 entry, ushort domain)
    {
        entry.Domain = domain;
        entry.Frame = 0;
        Interlocked.MemoryBarrier();
        entry.Flags = GrantEntryFlags.AcceptTransfer;
    }

    /// <summary>Makes an entry invalid that accepts a frame; once a transfer is committed it is waited for.</summary>
    /// <returns>Whether a frame was given.</returns>
    internal static bool EndTransfer(ref GrantEntryV1 entry, out uint frame)
    {
        frame = 0;
        ref int word = ref Unsafe.As<GrantEntryFlags, int>(ref entry.Flags);
        int old = Volatile.Read(ref word);
        if (((GrantEntryFlags)old & GrantEntryV1.TransferCommitted) == 0 && Interlocked.CompareExchange(ref word, old & ~ushort.MaxValue, old) == old)
        {
            return false;
        }

        while (((GrantEntryFlags)Volatile.Read(ref word) & GrantEntryV1.TransferCompleted) == 0)
        {
        }

        frame = entry.Frame;
        entry.Flags = GrantEntryFlags.Invalid;
        return true;
    }

    /// <summary>Makes the entry invalid, unless the frame is mapped.</summary>
    /// <returns>False: the other domain still uses the frame.</returns>
    internal static bool TryEnd(ref GrantEntryV1 entry)
    {
        // Flags and domain are exchanged together: the domain does not change, and there is no 16-bit exchange.
        ref int word = ref Unsafe.As<GrantEntryFlags, int>(ref entry.Flags);
        int old = Volatile.Read(ref word);
        while (((GrantEntryFlags)old & (GrantEntryFlags.Reading | GrantEntryFlags.Writing)) == 0)
        {
            int seen = Interlocked.CompareExchange(ref word, old & ~ushort.MaxValue, old);
            if (seen == old)
            {
                return true;
            }

            old = seen;
        }

        return false;
    }
}
