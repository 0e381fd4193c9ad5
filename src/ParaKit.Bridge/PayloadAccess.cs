using ParaKit.Guest;

/// <summary>The native kernel's linear memory, as its processor would reach it with the rights of the kernel.</summary>
internal static unsafe class PayloadAccess
{
    public static bool TryRead(ulong linear, out ulong value) => TryRead(linear, sizeof(ulong), out value);

    /// <summary>Reads up to 8 bytes; false if that would fault.</summary>
    public static bool TryRead(ulong linear, int bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes; i++)
        {
            byte* place = Find(linear + (ulong)i, 0);
            if (place == null)
            {
                return false;
            }

            value |= (ulong)*place << (8 * i);
        }

        return true;
    }

    public static bool TryWrite(ulong linear, ulong value) => TryWrite(linear, value, sizeof(ulong));

    /// <summary>Writes up to 8 bytes; false, with nothing written, if that would fault.</summary>
    public static bool TryWrite(ulong linear, ulong value, int bytes)
    {
        if (Find(linear, PayloadTables.Write) == null || Find(linear + (ulong)bytes - 1, PayloadTables.Write) == null)
        {
            return false;
        }

        for (int i = 0; i < bytes; i++)
        {
            *Find(linear + (ulong)i, PayloadTables.Write) = (byte)(value >> (8 * i));
        }

        return true;
    }

    /// <summary>Physical address behind a linear one; false if there is none.</summary>
    public static bool TryTranslate(ulong linear, out ulong physical)
    {
        bool isFound = PayloadTables.TryWalk(linear, 0, out ulong page);
        physical = (page & PageTable.AddressMask) | (linear & (PageTable.PageSize - 1));
        return isFound;
    }

    private static byte* Find(ulong linear, uint access)
    {
        if (!PayloadTables.TryWalk(linear, access, out ulong page) || !Payload.Contains(page & PageTable.AddressMask, PageTable.PageSize))
        {
            return null;
        }

        return Payload.At((page & PageTable.AddressMask) | (linear & (PageTable.PageSize - 1)));
    }
}
