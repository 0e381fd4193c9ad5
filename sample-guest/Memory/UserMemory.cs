using ParaKit.Guest;

/// <summary>
/// Copies between the kernel and a program. The program's addresses are only looked up, never used: a page that is missing, shared or not
/// the program's is found out before the kernel touches it.
/// </summary>
internal static unsafe class UserMemory
{
    private const ulong End = 0x0000800000000000;

    public static bool TryRead(Process process, ulong address, byte* destination, ulong length)
    {
        while (length > 0)
        {
            ulong count = CountInPage(address, length);
            if (!TryFind(process, address, toWrite: false, out byte* source))
            {
                return false;
            }

            Copy(source, destination, count);
            address += count;
            destination += count;
            length -= count;
        }

        return true;
    }

    public static bool TryWrite(Process process, ulong address, byte* source, ulong length)
    {
        while (length > 0)
        {
            ulong count = CountInPage(address, length);
            if (!TryFind(process, address, toWrite: true, out byte* destination))
            {
                return false;
            }

            Copy(source, destination, count);
            address += count;
            source += count;
            length -= count;
        }

        return true;
    }

    private static ulong CountInPage(ulong address, ulong length)
    {
        ulong rest = PageTable.PageSize - (address & (PageTable.PageSize - 1));
        return length < rest ? length : rest;
    }

    private static void Copy(byte* source, byte* destination, ulong count)
    {
        for (ulong i = 0; i < count; i++)
        {
            destination[i] = source[i];
        }
    }

    /// <summary>Where the kernel sees a byte of a program, after what the program's own access would have caused.</summary>
    private static bool TryFind(Process process, ulong address, bool toWrite, out byte* place)
    {
        place = null;
        if (address >= End)
        {
            return false;
        }

        DemandPaging.TryProvide(process, address);
        if (toWrite)
        {
            process.Space.TryUnshare(address);
        }

        if (!process.Space.TryTranslate(address, toWrite, out ulong physical))
        {
            return false;
        }

        place = (byte*)PageTable.ToVirtual(physical);
        return true;
    }
}
