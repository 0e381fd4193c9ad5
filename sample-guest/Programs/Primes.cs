/// <summary>A sieve in memory that exists only when touched.</summary>
internal static unsafe class Primes
{
    private const int SieveLimit = 65536;

    public static ulong Count()
    {
        var composite = (byte*)Process.HeapStart;
        ulong primes = 0;
        for (int candidate = 2; candidate < SieveLimit; candidate++)
        {
            if (composite[candidate] != 0)
            {
                continue;
            }

            primes++;
            for (long multiple = (long)candidate * candidate; multiple < SieveLimit; multiple += candidate)
            {
                composite[multiple] = 1;
            }
        }

        User.Print("user: counted primes\n"u8);
        return primes;
    }
}
