using ParaKit.Guest;

internal static class Contexts
{
    private static object s_last;

    [InterruptContext]
    internal static void Interrupted(int depth)
    {
        s_last = new object(); // PK0201
        X86.Hlt(); // PK0202 PK0001
        Interrupted(depth + 1); // PK0203
    }

    internal static void Masked(int value)
    {
        X86.Cli(); // PK0204 PK0001
        if (value == 0)
        {
            X86.Sti(); // PK0001
        }
    }

    internal static Mfn Machine(Pfn frame) => new(frame.Number); // PK0205
}
