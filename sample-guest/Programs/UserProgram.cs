using System.Runtime;
using ParaKit.Guest;

/// <summary>
/// The user programs. The linker gives them a copy of everything that they reach, at user addresses: they run in ring 3, share nothing
/// with the kernel and can ask for things only by system calls. They have no heap of objects.
/// </summary>
internal static class UserProgram
{
    /// <summary>Counts primes with a sieve in demand-paged memory.</summary>
    public const ulong CountPrimes = 0;

    /// <summary>Writes to the kernel's memory, which must end the program.</summary>
    public const ulong AttackKernel = 1;

    /// <summary>Asks for things that are not the program's; counts how often it is refused.</summary>
    public const ulong AttackSystemCalls = 2;

    /// <summary>Parent and child change the same variables and do not see each other's changes.</summary>
    public const ulong Fork = 3;

    /// <summary>Processes that start processes, and add up what these return.</summary>
    public const ulong Family = 4;

    /// <summary>Becomes <see cref="Successor"/>.</summary>
    public const ulong Execute = 5;

    /// <summary>Finds its variables as if it were the first.</summary>
    public const ulong Successor = 6;

    /// <summary>A child writes more than a pipe holds; its parent reads to the end.</summary>
    public const ulong Pipeline = 7;

    /// <summary>Children that sleep and report in the order in which they wake.</summary>
    public const ulong Sleepers = 8;

    /// <summary>Children of different priority that are woken at the same moment.</summary>
    public const ulong Priorities = 9;

    /// <summary>Writes a file and reads it back.</summary>
    public const ulong Files = 10;

    /// <summary>Ends at once.</summary>
    public const ulong Nothing = 11;

    /// <summary>Takes the time of something; which, is in the bits from <see cref="ArgumentShift"/>: only the kernel starts it.</summary>
    public const ulong Measure = 12;

    /// <summary>Does things at random; the seed is in the bits from <see cref="ArgumentShift"/>: only the kernel starts it.</summary>
    public const ulong Wander = 13;

    /// <summary>Number of programs.</summary>
    public const ulong Count = 14;

    /// <summary>Number of bits for the program, below its argument.</summary>
    public const int ArgumentShift = 8;

    private const ulong ProgramMask = (1 << ArgumentShift) - 1;

    [RuntimeExport("user_main")]
    private static void Main(ulong program) => User.Exit(Run(program & ProgramMask, program >> ArgumentShift));

    private static ulong Run(ulong program, ulong argument)
    {
        switch (program)
        {
            case CountPrimes:
                return Primes.Count();
            case AttackKernel:
                return Attacks.WriteToKernel();
            case AttackSystemCalls:
                return Attacks.CountRefusals();
            case Fork:
                return Forking.ChangeBoth();
            case Family:
                return Forking.SumOfFamily(2);
            case Execute:
                return Forking.BecomeSuccessor();
            case Successor:
                return Forking.Inherit();
            case Pipeline:
                return Streams.SendThroughPipe();
            case Sleepers:
                return Races.OrderOfSleepers();
            case Priorities:
                return Races.OrderOfPriorities();
            case Nothing:
                return 0;
            case Measure:
                return Measurements.Run(argument);
            case Wander:
                return RandomProgram.Run(argument);
            default:
                return Streams.StoreAndReadBack();
        }
    }
}
