using System.Globalization;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Rendering;

/// <summary>Domains as a table with the columns of xentop(1).</summary>
internal static class TopTable
{
    private const int KibibyteShift = 10;
    private const int SectorBytes = 512;
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private static readonly string[] s_columns =
    [
        "NAME", "STATE", "CPU(sec)", "CPU(%)", "MEM(k)", "MEM(%)", "MAXMEM(k)", "MAXMEM(%)", "VCPUS", "NETS", "NETTX(k)", "NETRX(k)",
        "VBDS", "VBD_OO", "VBD_RD", "VBD_WR", "VBD_RSECT", "VBD_WSECT", "SSID",
    ];

    /// <summary>Writes the lines above the table: what is there, and how much of the machine is used.</summary>
    public static void WriteSummary(TopSample sample, TextWriter writer)
    {
        var host = sample.Host;
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{host.Domains.Count} domains: {Count(GuestStatus.Running)} running, {Count(GuestStatus.Blocked)} blocked, {Count(GuestStatus.Paused)} paused, {Count(GuestStatus.Crashed)} crashed, {Count(GuestStatus.Destroyed)} dying, {Count(GuestStatus.ShutDown)} shutdown"));
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Mem: {host.MemoryBytes >> KibibyteShift}k total, {(host.MemoryBytes - Math.Min(host.FreeBytes, host.MemoryBytes)) >> KibibyteShift}k used, {host.FreeBytes >> KibibyteShift}k free    CPUs: {host.Cpus}, {host.Scheduler}    {host.Nanoseconds / NanosecondsPerSecond} s of virtual time"));

        int Count(GuestStatus status) => host.Domains.Count(domain => domain.Status == status);
    }

    /// <summary>Writes the table.</summary>
    public static void Write(TopSample sample, TextWriter writer)
    {
        var table = new TextTable([.. Enumerable.Range(2, s_columns.Length - 2)]);
        table.Add(s_columns);
        foreach (var domain in sample.Host.Domains)
        {
            table.Add(Row(sample, domain));
        }

        table.Write(writer);
    }

    private static string[] Row(TopSample sample, DomainSnapshot domain)
    {
        var devices = domain.Devices;
        return
        [
            domain.Name,
            DomainWords.LettersOfTop(domain.Status),
            Text((domain.GuestNanoseconds + domain.HypervisorNanoseconds) / NanosecondsPerSecond),
            Percent(sample.Percent(domain)),
            Text(domain.MemoryBytes >> KibibyteShift),
            Percent(100.0 * domain.MemoryBytes / sample.Host.MemoryBytes),
            Text(domain.MaximumMemoryBytes >> KibibyteShift),
            Percent(100.0 * domain.MaximumMemoryBytes / sample.Host.MemoryBytes),
            Text(domain.Vcpus.Count),
            Text(devices.Interfaces),
            Text(devices.BytesSent >> KibibyteShift),
            Text(devices.BytesReceived >> KibibyteShift),
            Text(devices.Disks),
            "0",
            Text(devices.DiskReads),
            Text(devices.DiskWrites),
            Text(devices.DiskBytesRead / SectorBytes),
            Text(devices.DiskBytesWritten / SectorBytes),
            "0",
        ];
    }

    private static string Percent(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
