using System.Runtime;
using Acme;
using ParaKit.Generated;
using ParaKit.Guest;

/// <summary>A kernel with hypercalls of its own, operations from a package, and handlers by attribute.</summary>
internal static unsafe partial class Kernel
{
    private static int s_breakpoints;
    private static int s_ticks;
    private static double s_kept;

    private struct Region
    {
        public ulong Start;
        public ulong Length;
    }

    private enum Kind : byte
    {
        Sum = 1,
        Unknown = 2,
    }

    [RuntimeExport("kernel_main")]
    private static void Main(ulong bootInformation)
    {
        Platform.Initialize(bootInformation);
        KernelEntries.Load();
        X86.Int3();
        Console.WriteLine(s_breakpoints == 1 ? "breakpoint" : "no breakpoint");
        WaitForTicks();
        Led.Set(3);
        var dimmer = new Dimmer { Level = 100 };
        Console.WriteDecimal((ulong)dimmer.Dim());
        Console.Write("\n");
        MeasureAll();
        Platform.Shutdown(0);
    }

    // Vector registers stay what they are, however often interrupts use them.
    private static void WaitForTicks()
    {
        Interrupts.Initialize();
        Timer.Start(1000);
        double before = 1.5;
        X86.Sti();
        while (System.Threading.Volatile.Read(ref s_ticks) < 3)
        {
            before = (before * 2) - 1.5;
        }

        X86.Cli();
        Console.WriteLine(before == 1.5 ? "ticks" : "vector registers were lost");
    }

    private static void MeasureAll()
    {
        byte* text = stackalloc byte[4] { 1, 2, 3, 4 };
        var region = new Region { Start = (ulong)text, Length = 4 };
        ulong result = 0;
        Print(Measure(Kind.Sum, in region, ref result));
        Print((long)result);
        Print(Measure(Kind.Unknown, in region, ref result));
        region.Start = 0x1000;
        Print(Measure(Kind.Sum, in region, ref result));
    }

    private static void Print(long value)
    {
        Console.Write(value < 0 ? "-" : "");
        Console.WriteDecimal((ulong)(value < 0 ? -value : value));
        Console.Write("\n");
    }

    [TrapHandler(3)]
    internal static void Breakpoint(TrapFrame* frame)
    {
        s_breakpoints++;
        s_kept = frame->Vector * 0.5;
    }

    [EventHandler(Timer.Line)]
    internal static void Tick(TrapFrame* frame, int line)
    {
        s_ticks += 1 + line;
        s_kept = (s_kept * 3.25) + frame->Rip;
    }

    [Hypercall(50, Native = nameof(MeasureHere))]
    private static partial long Measure(Kind kind, in Region region, ref ulong result);

    private static long MeasureHere(Kind kind, in Region region, ref ulong result)
    {
        result = 0xbeef;
        return -38;
    }
}
