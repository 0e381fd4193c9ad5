using System.Threading;

/// <summary>Some thousand instructions.</summary>
internal static unsafe class UnitOfWork
{
    private const int Words = 512;

    /// <summary>Does it, on a page.</summary>
    public static void Do(ulong* page, ulong seed)
    {
        for (int i = 0; i < Words; i++)
        {
            seed = (seed * 6364136223846793005) + 1442695040888963407;
            Volatile.Write(ref page[i], page[i] ^ seed);
        }
    }
}
