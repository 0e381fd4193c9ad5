using ParaKit.Guest;

/// <summary>User programs, and what the kernel promises them.</summary>
internal static class ProgramChecks
{
    private const ulong PrimesBelow65536 = 6542;
    private const ulong HeapPagesOfSieve = 16;
    private const ulong Refusals = 19;

    // The child: 10, and 1 + 1. The parent: 20, and still 1.
    private const ulong BothChanged = (((10 * 10) + 2) * 10000) + (20 * 10) + 1;

    [MaySleep]
    public static void Run()
    {
        Process counting = Process.Run(UserProgram.CountPrimes);
        SelfCheck.Report("user program", counting.ExitCode == PrimesBelow65536, counting.ExitCode);
        SelfCheck.Report("demand paging", counting.HeapFaults == HeapPagesOfSieve, counting.HeapFaults);
        Expect("kernel memory is protected", UserProgram.AttackKernel, Process.KilledExitCode);
        Expect("system calls refuse", UserProgram.AttackSystemCalls, Refusals);
        Forks();
        Expect("execute", UserProgram.Execute, Forking.CleanStart);
        Expect("pipes", UserProgram.Pipeline, DigestOfNumbers(Streams.PipeBytes));
        Expect("sleep queue", UserProgram.Sleepers, 123);
        Expect("priorities", UserProgram.Priorities, 12);
        Expect("files", UserProgram.Files, DigestOfNumbers(Streams.FileBytes) + DigestOfText("the first file\n"));
    }

    [MaySleep]
    private static void Forks()
    {
        ulong before = AddressSpace.CopiedPages;
        Expect("fork", UserProgram.Fork, BothChanged);
        ulong copied = AddressSpace.CopiedPages - before;
        SelfCheck.Report("copy on write", copied == 3, copied); // variables, heap, stack
        Expect("family of processes", UserProgram.Family, 7);
    }

    [MaySleep]
    private static void Expect(string name, ulong program, ulong exitCode)
    {
        ulong actual = Process.Run(program).ExitCode;
        SelfCheck.Report(name, actual == exitCode, actual);
    }

    private static ulong DigestOfNumbers(int count)
    {
        var numbers = new Numbers();
        var digest = new Digest();
        for (int i = 0; i < count; i++)
        {
            digest.Add(numbers.Next());
        }

        return digest.Value;
    }

    private static ulong DigestOfText(string text)
    {
        var digest = new Digest();
        foreach (char c in text)
        {
            digest.Add((byte)c);
        }

        return digest.Value;
    }
}
