using System.Diagnostics;
using System.Globalization;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Benchmarks;

/// <summary>
/// Throughput of paravirtual devices by queue depth, event threshold and number of domains, in virtual time as modelled and in real time as measured, next to the host's own
/// reading of the same file. Run with the argument "devices".
/// </summary>
internal static class DeviceFigures
{
    private const int SmallBytes = 4096;
    private const int LargeBytes = 128 << 10;
    private const int FileBytes = 64 << 20;
    private const ulong GuestBytes = 16 << 20;
    private const double NanosecondsPerSecond = 1e9;

    private static readonly int[] s_packets = [64, 1500];

    /// <summary>Prints all tables.</summary>
    public static void Run()
    {
        var path = Path.GetTempFileName();
        try
        {
            var bytes = new byte[FileBytes];
            new Random(1).NextBytes(bytes);
            File.WriteAllBytes(path, bytes);
            Host(path);
            Disk(path);
            Thresholds(path);
            Domains(path);
            Packets();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Host(string path)
    {
        Console.WriteLine("\n| the host itself | requests/s | MB/s |\n| --- | --- | --- |");
        foreach (var (name, size, count) in new[] { ("4 KiB, random", SmallBytes, 100_000), ("128 KiB, sequential", LargeBytes, 5_000) })
        {
            using var handle = File.OpenHandle(path);
            var (buffer, random, watch) = (new byte[size], new Random(2), Stopwatch.StartNew());
            for (var i = 0; i < count; i++)
            {
                var place = size == SmallBytes ? random.Next(FileBytes / size) : i % (FileBytes / size);
                RandomAccess.Read(handle, buffer, (long)place * size);
            }

            Console.WriteLine($"| {name} | {Text(count / watch.Elapsed.TotalSeconds)} | {Text(count / watch.Elapsed.TotalSeconds * size / 1e6)} |");
        }
    }

    private static void Disk(string path)
    {
        Console.WriteLine("\n| reads | depth | modelled requests/s | modelled MB/s | measured requests/s | measured MB/s | waits per request |\n| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (name, pages, count) in new[] { ("4 KiB, random", 1, 4000), ("128 KiB, sequential", 32, 500) })
        {
            foreach (var depth in new[] { 1, 4, 16, 32 })
            {
                var figures = Load(path, $"disk {pages} {depth} 1 {count}", domains: 1);
                var bytes = pages * SmallBytes / 1e6;
                Console.WriteLine($"| {name} | {depth} | {Text(figures.Modelled)} | {Text(figures.Modelled * bytes)} | {Text(figures.Measured)} | {Text(figures.Measured * bytes)} | {figures.WaitsPerRequest:F2} |");
            }
        }
    }

    private static void Thresholds(string path)
    {
        Console.WriteLine("\n| event threshold (4 KiB, random, 32 on their way) | modelled requests/s | modelled latency, µs | waits per request | cycles of the guest and hypervisor per request |\n| --- | --- | --- | --- | --- |");
        foreach (var threshold in new[] { 1, 2, 4, 8, 16, 32, 64 })
        {
            var figures = Load(path, $"disk 1 32 {threshold} 4000", domains: 1);
            Console.WriteLine($"| {threshold} | {Text(figures.Modelled)} | {figures.LatencyMicroseconds:F0} | {figures.WaitsPerRequest:F3} | {Text(figures.BusyCyclesPerRequest)} |");
        }
    }

    private static void Domains(string path)
    {
        Console.WriteLine("\n| reads, 8 on their way in each | domains | modelled requests/s, all | modelled MB/s | measured requests/s, all | measured MB/s |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var (name, pages, count) in new[] { ("4 KiB, random", 1, 4000), ("128 KiB, sequential", 32, 500) })
        {
            foreach (var domains in new[] { 1, 4, 16, 64 })
            {
                var figures = Load(path, $"disk {pages} 8 1 {Math.Max(count / domains, count / 8)}", domains);
                var bytes = pages * SmallBytes / 1e6;
                Console.WriteLine($"| {name} | {domains} | {Text(figures.Modelled)} | {Text(figures.Modelled * bytes)} | {Text(figures.Measured)} | {Text(figures.Measured * bytes)} |");
            }
        }
    }

    private static void Packets()
    {
        Console.WriteLine("\n| packets sent | depth | modelled packets/s | modelled MB/s | measured packets/s | waits per packet |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var bytes in s_packets)
        {
            foreach (var depth in new[] { 1, 2, 4, 8, 16 })
            {
                var figures = Load(null, $"net {bytes} {depth} 4000", domains: 1);
                Console.WriteLine($"| {bytes} B | {depth} | {Text(figures.Modelled)} | {Text(figures.Modelled * bytes / 1e6)} | {Text(figures.Measured)} | {figures.WaitsPerRequest:F2} |");
            }
        }

        Console.WriteLine("\n| packets sent, 16 on their way in each | domains | modelled packets/s, all | modelled MB/s | measured packets/s, all | payload bytes copied |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var bytes in s_packets)
        {
            foreach (var domains in new[] { 1, 4, 16, 64 })
            {
                var figures = Load(null, $"net {bytes} 16 {Math.Max(4000 / domains, 500)}", domains);
                Console.WriteLine($"| {bytes} B | {domains} | {Text(figures.Modelled)} | {Text(figures.Modelled * bytes / 1e6)} | {Text(figures.Measured)} | {figures.PayloadBytesCopied} |");
            }
        }
    }

    private sealed record Figures(double Modelled, double Measured, double LatencyMicroseconds, double WaitsPerRequest, double BusyCyclesPerRequest, long PayloadBytesCopied);

    private static Figures Load(string? disk, string commandLine, int domains)
    {
        var guest = new RunRequest(KernelImage.Load(GuestFiles.Load(), "Load"))
        {
            CommandLine = commandLine,
            MemoryBytes = GuestBytes,
            Disks = disk is null ? [] : [new DiskOptions(disk, IsReadOnly: true)],
            Interfaces = disk is null ? [VifOptions.Parse("lan")] : [],
        };
        var results = new ParavirtTechnique().RunAll([.. Enumerable.Repeat(guest, domains)]);
        var said = results.Select(result => result.ExitCode == 0 ? result.Console.Split(' ').Skip(1).Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray()
            : throw new InvalidOperationException(result.Reason + result.Console)).ToArray();
        var requests = said.Sum(s => s[0]);
        return new Figures(
            requests / (said.Max(s => s[2]) - said.Min(s => s[1])) * NanosecondsPerSecond,
            requests / results[0].Wall.TotalSeconds,
            said.Sum(s => s[3]) / requests / 1000,
            said.Sum(s => s[4]) / requests,
            results.Sum(result => (double)result.ChargedCycles) / requests,
            results.Sum(result => result.Devices.GetValueOrDefault("vif0 payload bytes copied")));
    }

    private static string Text(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
