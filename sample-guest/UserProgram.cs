using System;
using System.Runtime;
using ParaKit.Guest;

/// <summary>
/// The user program. The linker gives it a copy of everything it reaches, at user addresses: it runs in ring 3, shares nothing with the
/// kernel and can ask for things only by system calls.
/// </summary>
internal static unsafe class UserProgram
{
    /// <summary>Counts primes with a sieve in demand-paged memory.</summary>
    public const ulong CountPrimes = 0;

    /// <summary>Writes to the kernel's memory, which must end the program.</summary>
    public const ulong AttackKernel = 1;

    /// <summary>Asks the kernel to read memory that is not the program's.</summary>
    public const ulong AttackSystemCall = 2;

    private const int SieveLimit = 65536;

    private static int s_primes;

    [RuntimeExport("user_main")]
    private static void Main(ulong task)
    {
        switch (task)
        {
            case CountPrimes:
                Sieve((byte*)Process.HeapStart);
                Print("user: counted primes\n"u8);
                Exit((ulong)s_primes);
                break;
            case AttackKernel:
                *(ulong*)PageTable.KernelBase = 0;
                break;
            default:
                Exit(UserImage.SystemCall(SystemCalls.Write, PageTable.KernelBase, 16));
                break;
        }

        Exit(0);
    }

    private static void Sieve(byte* composite)
    {
        for (int candidate = 2; candidate < SieveLimit; candidate++)
        {
            if (composite[candidate] != 0)
            {
                continue;
            }

            s_primes++;
            for (long multiple = (long)candidate * candidate; multiple < SieveLimit; multiple += candidate)
            {
                composite[multiple] = 1;
            }
        }
    }

    private static void Print(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            UserImage.SystemCall(SystemCalls.Write, (ulong)start, (ulong)text.Length);
        }
    }

    private static void Exit(ulong code)
    {
        while (true)
        {
            UserImage.SystemCall(SystemCalls.Exit, code, 0);
        }
    }
}
