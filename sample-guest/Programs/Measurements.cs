using System.Runtime.CompilerServices;
using ParaKit.Guest;

/// <summary>Programs that take the time of what they ask the kernel for. They return time stamps' units; how often they did it, the kernel knows.</summary>
internal static unsafe class Measurements
{
    public const ulong NullCall = 0;
    public const ulong Fork = 1;
    public const ulong Execute = 2;
    public const ulong MapMemory = 3;
    public const ulong PageFault = 4;
    public const ulong ProtectionFault = 5;
    public const ulong Switch = 6;

    /// <summary>Bits of the argument for the measurement, then for the number of processes; the rest is KiB.</summary>
    public const int FieldBits = 8;

    /// <summary>How often the null call is made.</summary>
    public const int Calls = 1000;

    /// <summary>How often a process is started.</summary>
    public const int Starts = 8;

    /// <summary>How often memory is mapped.</summary>
    public const int Mappings = 16;

    /// <summary>Pages that are mapped at a time.</summary>
    public const ulong MappedPages = 32;

    /// <summary>How often a token is passed on: a multiple of every number of processes.</summary>
    public const int Passes = 96;

    private const ulong NoCall = ulong.MaxValue;
    private const ulong FieldMask = (1 << FieldBits) - 1;

    public static ulong Run(ulong argument)
    {
        switch (argument & FieldMask)
        {
            case NullCall:
                return TimeOfNullCalls();
            case Fork:
                return TimeOfStarts(execute: false);
            case Execute:
                return TimeOfStarts(execute: true);
            case MapMemory:
                return TimeOfMappings();
            case PageFault:
                return TimeOfPageFaults();
            case ProtectionFault:
                return WriteToOwnCode();
            default:
                return TokenRing.TimeOfSwitches((int)((argument >> FieldBits) & FieldMask), argument >> (2 * FieldBits));
        }
    }

    private static ulong TimeOfNullCalls()
    {
        ulong start = User.Time();
        for (int i = 0; i < Calls; i++)
        {
            UserImage.SystemCall(NoCall, 0, 0);
        }

        return User.Time() - start;
    }

    private static ulong TimeOfStarts(bool execute)
    {
        ulong start = User.Time();
        for (int i = 0; i < Starts; i++)
        {
            if (User.Fork() == 0)
            {
                User.Exit(execute ? User.Execute(UserProgram.Nothing) : 0);
            }

            User.Wait();
        }

        return User.Time() - start;
    }

    private static ulong TimeOfMappings()
    {
        ulong start = User.Time();
        for (int i = 0; i < Mappings; i++)
        {
            User.Map(MappedPages);
            Touch();
            User.Unmap(MappedPages);
        }

        return User.Time() - start;
    }

    private static ulong TimeOfPageFaults()
    {
        ulong sum = 0;
        for (int i = 0; i < Mappings; i++)
        {
            ulong start = User.Time();
            Touch();
            sum += User.Time() - start;
            User.Unmap(MappedPages);
        }

        return sum;
    }

    private static void Touch()
    {
        for (ulong page = 0; page < MappedPages; page++)
        {
            *(byte*)(Process.HeapStart + (page * PageTable.PageSize)) = 1;
        }
    }

    /// <summary>The kernel, which has armed <see cref="FaultProbe"/>, takes the time and then ends the program.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong WriteToOwnCode()
    {
        *(byte*)UserImage.BaseAddress = 0;
        return 0;
    }
}
