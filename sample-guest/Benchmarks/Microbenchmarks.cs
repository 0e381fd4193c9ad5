using System;
using ParaKit.Guest;

/// <summary>
/// What operations cost. A line "BENCH time count name" says how long the operation took altogether and how often it was done; "BENCH CLOCK n",
/// how many units of time make a second, 0 if that is unknown.
/// </summary>
internal static class Microbenchmarks
{
    [MaySleep]
    public static void Run()
    {
        Console.Write("BENCH CLOCK ");
        Console.WriteDecimal(Timer.TimeStampHertz());
        Console.Write("\n");
        ProcessorBenchmarks.Run();
        ProgramBenchmarks.Run();
        DiskBenchmarks.Run();
        NetworkBenchmarks.Run();
    }

    public static void Report(ReadOnlySpan<char> name, ulong time, ulong count)
    {
        Console.Write("BENCH ");
        Console.WriteDecimal(time);
        Console.Write(" ");
        Console.WriteDecimal(count);
        Console.Write(" ");
        Console.Write(name);
        Console.Write("\n");
    }
}
