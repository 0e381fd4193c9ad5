using ParaKit.Guest;

/// <summary>
/// Runs random programs one after the other and prints for each its result, and digests of its system calls and its memory: what must be the same in
/// every technique.
/// </summary>
internal static class RandomPrograms
{
    /// <summary>Runs those of the seeds from 1.</summary>
    [MaySleep]
    public static void Run(ulong count)
    {
        ProgramTrace.IsOn = true;
        for (ulong seed = 1; seed <= count; seed++)
        {
            Process process = Process.Run(UserProgram.Wander | (seed << UserProgram.ArgumentShift));
            Console.Write("PROGRAM ");
            Console.WriteDecimal(seed);
            Write(" result ", process.ExitCode);
            Write(" calls ", process.Calls.Value);
            Write(" memory ", process.Memory.Value);
            Console.Write("\n");
        }

        ProgramTrace.IsOn = false;
    }

    private static void Write(System.ReadOnlySpan<char> name, ulong value)
    {
        Console.Write(name);
        Console.WriteHex(value);
    }
}
