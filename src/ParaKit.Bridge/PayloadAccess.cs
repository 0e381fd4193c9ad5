using ParaKit.Guest;

/// <summary>
/// The native kernel's linear memory, as its processor would reach it with the rights of the kernel. What fails is noted in
/// <see cref="Fault"/>.
/// </summary>
internal static unsafe class PayloadAccess
{
    public static bool TryRead(ulong linear, out ulong value) => TryRead(linear, sizeof(ulong), out value);

    /// <summary>Reads up to 8 bytes; false if that would fault.</summary>
    public static bool TryRead(ulong linear, int bytes, out ulong value)
    {
        value = 0;
        if (IsInPage(linear, bytes))
        {
            byte* whole = Find(linear, 0);
            value = whole == null ? 0 : bytes == sizeof(ulong) ? *(ulong*)whole : Load(whole, bytes);
            return whole != null;
        }

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
        byte* first = Find(linear, PayloadTables.Write);
        if (first == null || (!IsInPage(linear, bytes) && Find(linear + (ulong)bytes - 1, PayloadTables.Write) == null))
        {
            return false;
        }

        if (IsInPage(linear, bytes))
        {
            Store(first, value, bytes);
            return true;
        }

        for (int i = 0; i < bytes; i++)
        {
            *Find(linear + (ulong)i, PayloadTables.Write) = (byte)(value >> (8 * i));
        }

        return true;
    }

    private static bool IsInPage(ulong linear, int bytes) => (linear & (PageTable.PageSize - 1)) + (ulong)bytes <= PageTable.PageSize;

    private static ulong Load(byte* place, int bytes)
    {
        ulong value = 0;
        for (int i = 0; i < bytes; i++)
        {
            value |= (ulong)place[i] << (8 * i);
        }

        return value;
    }

    private static void Store(byte* place, ulong value, int bytes)
    {
        for (int i = 0; i < bytes; i++)
        {
            place[i] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>Physical address behind a linear one; false if there is none.</summary>
    public static bool TryTranslate(ulong linear, out ulong physical)
    {
        bool isFound = PayloadTables.TryWalk(linear, 0, out ulong page);
        physical = (page & PageTable.AddressMask) | (linear & (PageTable.PageSize - 1));
        return isFound;
    }

    /// <summary>Whether bits 47 to 63 are equal.</summary>
    public static bool IsCanonical(ulong linear) => (ulong)((long)(linear << 16) >> 16) == linear;

    private static byte* Find(ulong linear, uint access)
    {
        if (!IsCanonical(linear))
        {
            Fault.GeneralProtection(0);
            return null;
        }

        if (!PayloadTables.TryWalk(linear, access, out ulong page))
        {
            Fault.Page(linear, page);
            return null;
        }

        if (!Payload.Contains(page & PageTable.AddressMask, PageTable.PageSize))
        {
            return null;
        }

        return Payload.At((page & PageTable.AddressMask) | (linear & (PageTable.PageSize - 1)));
    }
}
