using System.Runtime;
using ParaKit.Guest;

/// <summary>A kernel on all the processors that there are, from one source natively and on Xen.</summary>
internal static unsafe class Kernel
{
    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        if (Settings.Is("role"u8, "threads"u8))
        {
            Say("UNITS", Threads.Run());
        }
        else
        {
            int processors = Processors.Initialize();
            Say("PROCESSORS", (ulong)processors);
            Team.Run(processors);
        }

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
}
