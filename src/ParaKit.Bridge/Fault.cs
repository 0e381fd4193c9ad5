/// <summary>Why an operation did not happen: the exception that the kernel gets instead. The first cause counts.</summary>
internal static class Fault
{
    /// <summary>Vector.</summary>
    public static int Vector { get; private set; }

    /// <summary>Error code.</summary>
    public static ulong ErrorCode { get; private set; }

    /// <summary>Linear address of a page fault.</summary>
    public static ulong Address { get; private set; }

    /// <summary>Forgets; without another cause it is #GP(0).</summary>
    public static void Clear() => Set(Delivery.GeneralProtection, 0, 0);

    /// <summary>#GP; always false.</summary>
    public static bool GeneralProtection(ulong errorCode) => Set(Delivery.GeneralProtection, errorCode, 0);

    /// <summary>#NP or #SS; always false.</summary>
    public static bool NotPresent(int vector, ulong errorCode) => Set(vector, errorCode, 0);

    /// <summary>#PF; always false.</summary>
    public static bool Page(ulong address, ulong errorCode) => Set(Delivery.PageFault, errorCode, address);

    private static bool Set(int vector, ulong errorCode, ulong address)
    {
        Vector = vector;
        ErrorCode = errorCode;
        Address = address;
        return false;
    }
}
