using System.Diagnostics;
using System.Globalization;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Benchmarks;

/// <summary>
/// What guests on one memory cost the host: time to clone a booted one, and memory for each idle one. Run with the argument "memory".
/// </summary>
internal static class MemoryFigures
{
    private const int Clones = 127;
    private const ulong GuestBytes = 64 << 20;
    private const ulong Millisecond = 1_000_000;
    private const ulong Page = 4096;

    /// <summary>Prints the table.</summary>
    public static void Run()
    {
        Console.WriteLine("\n| technique | time of a clone, median, ms | longest, ms | host memory per idle clone, KiB | of that, tables of its monitor, KiB |\n| --- | --- | --- | --- | --- |");
        foreach (var technique in new[] { "hardware", "trap" })
        {
            Clone(technique);
        }
    }

    private static void Clone(string technique)
    {
        var monitor = OvercommittedMachine.MonitorBytes(technique, GuestBytes);
        using var machine = new OvercommittedMachine(new OvercommitOptions
        {
            Technique = technique,
            MemoryBytes = GuestBytes + ((Clones + 1) * (monitor + (256 * Page))),
            SwapBytes = (Clones + 1) * GuestBytes,
            HasBalloons = false,
        });
        var original = machine.Start(new RunRequest(KernelImage.Load(GuestFiles.Image("native"), "Guest.native.elf")) { MemoryBytes = GuestBytes, CommandLine = "quick load=16 idle=1000000" }, new GuestMemoryParameters(MinimumBytes: 64 * Page));
        machine.RunFor(100 * Millisecond);
        var before = ResidentBytes();
        List<double> times = [];
        for (var i = 0; i < Clones; i++)
        {
            var watch = Stopwatch.StartNew();
            machine.Clone(original);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        machine.RunFor(100 * Millisecond);
        var perClone = (ResidentBytes() - before) / Clones;
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {technique} | {times[Clones / 2]:0.00} | {times[^1]:0.0} | {perClone >> 10:N0} | {monitor >> 10:N0} |"));
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
