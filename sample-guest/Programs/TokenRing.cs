/// <summary>
/// Processes in a ring that pass a token on through pipes, each reading some memory of its own before: the context switch benchmark of lmbench
/// (McVoy and Staelin 1996). What the pipes and the reading cost without switching is taken off.
/// </summary>
internal static unsafe class TokenRing
{
    private const ulong TokenSize = sizeof(ulong);
    private const ulong WordsPerKibibyte = 1024 / sizeof(ulong);

    public static ulong TimeOfSwitches(int processes, ulong kibibytes)
    {
        ulong words = kibibytes * WordsPerKibibyte;
        Sum(words); // Its pages are there from now on, shared with no one until they are written.
        ulong alone = TimeAlone(words);
        ulong ring = TimeOfRing(processes, words);
        return ring > alone ? ring - alone : 0;
    }

    /// <summary>One process that writes and reads.</summary>
    private static ulong TimeAlone(ulong words)
    {
        User.TryOpenPipe(out ulong reader, out ulong writer);
        ulong start = User.Time();
        for (int i = 0; i < Measurements.Passes; i++)
        {
            ulong token = 1;
            User.Write(writer, (byte*)&token, TokenSize);
            User.Read(reader, (byte*)&token, TokenSize);
            Sum(words);
        }

        ulong time = User.Time() - start;
        User.Close(reader);
        User.Close(writer);
        return time;
    }

    private static ulong TimeOfRing(int processes, ulong words)
    {
        User.TryOpenPipe(out ulong last, out ulong first);
        for (int i = 1; i < processes; i++)
        {
            last = StartOne(last, first, words);
        }

        Pass(first, last, words); // Everybody has its memory now.
        ulong start = User.Time();
        for (int i = 0; i < Measurements.Passes / processes; i++)
        {
            Pass(first, last, words);
        }

        ulong time = User.Time() - start;
        User.Close(first);
        User.Close(last);
        while (User.Wait() != User.Failure)
        {
        }

        return time;
    }

    /// <summary>Starts a process that reads from a pipe and writes to a new one, of which the other end is returned.</summary>
    private static ulong StartOne(ulong reader, ulong first, ulong words)
    {
        User.TryOpenPipe(out ulong next, out ulong writer);
        if (User.Fork() == 0)
        {
            User.Close(first);
            User.Close(next);
            Forward(reader, writer, words);
            User.Exit(0);
        }

        User.Close(reader);
        User.Close(writer);
        return next;
    }

    private static void Forward(ulong reader, ulong writer, ulong words)
    {
        ulong token = 0;
        while (User.Read(reader, (byte*)&token, TokenSize) == TokenSize)
        {
            Sum(words);
            User.Write(writer, (byte*)&token, TokenSize);
        }
    }

    private static void Pass(ulong writer, ulong reader, ulong words)
    {
        ulong token = 1;
        User.Write(writer, (byte*)&token, TokenSize);
        User.Read(reader, (byte*)&token, TokenSize);
        Sum(words);
    }

    private static ulong Sum(ulong words)
    {
        ulong sum = 0;
        var memory = (ulong*)Process.HeapStart;
        for (ulong i = 0; i < words; i++)
        {
            sum += memory[i];
        }

        return sum;
    }
}
