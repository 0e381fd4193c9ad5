using System.Runtime;
using ParaKit.Guest;

/// <summary>Does what its command line says until a moment, and says how often it did it.</summary>
internal static unsafe class Kernel
{
    private const ulong NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Whether the time is over.</summary>
    public static bool IsOver => X86.Rdtsc() >= s_end;

    private static ulong s_end;

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        s_end = Settings.Number("until"u8, 1000) * NanosecondsPerMillisecond;
        ulong count = Settings.Is("role"u8, "compute"u8) ? Honest.Compute()
            : Settings.Is("role"u8, "serve"u8) ? Honest.Serve()
            : Settings.Is("role"u8, "read"u8) ? Honest.Read()
            : Settings.Is("role"u8, "fork"u8) ? Hostile.Fork()
            : Settings.Is("role"u8, "tables"u8) ? Hostile.ChangeTables()
            : Settings.Is("role"u8, "events"u8) ? Hostile.SendEvents()
            : Settings.Is("role"u8, "disk"u8) ? Hostile.HogDisk()
            : Settings.Is("role"u8, "refuse"u8) ? Hostile.RefuseBalloon()
            : Settings.Is("role"u8, "hungry"u8) ? Hostile.ChurnMemory()
            : Settings.Is("role"u8, "timer"u8) ? Hostile.InterruptOften()
            : Settings.Is("role"u8, "lost"u8) ? Clockwork.FindLostTime()
            : Settings.Is("role"u8, "alarms"u8) ? Clockwork.SetAlarms()
            : Settings.Is("role"u8, "wall"u8) ? Clockwork.WatchTheWall()
            : Settings.Is("role"u8, "threads"u8) ? Threads.Run()
            : Unknown();
        Say("OPS", count);
        Platform.Shutdown(0);
    }

    /// <summary>Prints a figure.</summary>
    public static void Say(string name, ulong value)
    {
        Console.Write(name);
        Console.Write(" ");
        Console.WriteDecimal(value);
        Console.Write("\n");
    }

    private static ulong Unknown()
    {
        Platform.Fail("the command line names no role");
        return 0;
    }
}
