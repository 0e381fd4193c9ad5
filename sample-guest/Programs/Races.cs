/// <summary>Programs whose result is an order. It does not depend on how fast the machine is, only on what the kernel promises.</summary>
internal static unsafe class Races
{
    /// <summary>Ticks that are long even for a machine that shares its processor with many others.</summary>
    private const ulong Step = 150;

    /// <summary>Three children sleep for three, one and two steps from when a single write lets them, and then report 3, 1 and 2.</summary>
    public static ulong OrderOfSleepers()
    {
        if (!User.TryOpenPipe(out ulong gate, out ulong opener) || !User.TryOpenPipe(out ulong reader, out ulong writer))
        {
            return 0;
        }

        StartSleeper(gate, writer, 3);
        StartSleeper(gate, writer, 1);
        StartSleeper(gate, writer, 2);
        byte* all = stackalloc byte[3];
        User.Write(opener, all, 3);
        return ReadOrder(reader, writer, 3);
    }

    /// <summary>Two children wait for one pipe; a single write wakes both, and the more important one reports first.</summary>
    public static ulong OrderOfPriorities()
    {
        if (!User.TryOpenPipe(out ulong gate, out ulong opener) || !User.TryOpenPipe(out ulong reader, out ulong writer))
        {
            return 0;
        }

        StartWaiter(gate, writer, Priority.Low, 2);
        StartWaiter(gate, writer, Priority.High, 1);
        User.Sleep(Step);
        byte* both = stackalloc byte[2];
        User.Write(opener, both, 2);
        return ReadOrder(reader, writer, 2);
    }

    private static void StartSleeper(ulong gate, ulong writer, byte steps)
    {
        if (User.Fork() == 0)
        {
            byte ignored;
            User.Read(gate, &ignored, 1);
            User.Sleep(steps * Step);
            Report(writer, steps);
        }
    }

    private static void StartWaiter(ulong gate, ulong writer, Priority priority, byte number)
    {
        if (User.Fork() == 0)
        {
            User.Prioritize(priority);
            byte ignored;
            User.Read(gate, &ignored, 1);
            Report(writer, number);
        }
    }

    private static void Report(ulong writer, byte number)
    {
        User.Write(writer, &number, 1);
        User.Exit(0);
    }

    /// <summary>The numbers as they come, as decimal digits.</summary>
    private static ulong ReadOrder(ulong reader, ulong writer, int count)
    {
        User.Close(writer);
        ulong order = 0;
        for (int i = 0; i < count; i++)
        {
            byte number;
            User.Read(reader, &number, 1);
            order = (order * 10) + number;
        }

        while (User.Wait() != User.Failure)
        {
        }

        return order;
    }
}
