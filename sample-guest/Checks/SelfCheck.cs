using ParaKit.Guest;

/// <summary>
/// The kernel checks itself. Every line starts with "CHECK " and depends on what was computed, never on time or addresses, so that the
/// lines are the same however the kernel is run.
/// </summary>
internal static class SelfCheck
{
    private static Digest s_digest;

    public static int Failures { get; private set; }

    public static void Run()
    {
        ulong framesBefore = Frames.Allocated;
        LanguageChecks.Run();
        MemoryChecks.Run();
        ThreadChecks.Run();
        ProgramChecks.Run();
        ulong kept = Frames.Allocated - framesBefore;
        Report("frames returned", kept == MemoryChecks.FramesKept, kept);
        Finish();
    }

    public static void Report(string name, bool passed, ulong value)
    {
        Console.Write("CHECK ");
        Console.Write(passed ? "PASS " : "FAIL ");
        Console.Write(name);
        Console.Write(" ");
        Console.WriteHex(value);
        Console.Write("\n");
        Failures += passed ? 0 : 1;
        foreach (char c in name)
        {
            s_digest.Add((byte)c);
        }

        s_digest.Add(passed ? (byte)1 : (byte)0);
        for (int i = 0; i < 8; i++)
        {
            s_digest.Add((byte)(value >> (8 * i)));
        }
    }

    private static void Finish()
    {
        Console.Write("CHECK checksum ");
        Console.WriteHex(s_digest.Value);
        Console.Write("\n");
        Console.WriteLine(Failures == 0 ? "all checks passed" : "some checks FAILED");
    }
}
