using System.Globalization;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Rendering;

/// <summary>Domains as tables, with the columns of <c>xl</c>.</summary>
internal static class DomainTables
{
    private const double NanosecondsPerSecond = 1e9;
    private const int MebibyteShift = 20;

    /// <summary>As <c>xl list</c>.</summary>
    public static void List(HostSnapshot host, TextWriter writer)
    {
        var table = new TextTable(1, 2, 3, 5);
        table.Add("Name", "ID", "Mem", "VCPUs", "State", "Time(s)");
        foreach (var domain in host.Domains)
        {
            table.Add(
                domain.Name, Text(domain.Id), Text(domain.MemoryBytes >> MebibyteShift), Text(domain.Vcpus.Count), DomainWords.Letters(domain.Status),
                Seconds(domain.GuestNanoseconds + domain.HypervisorNanoseconds));
        }

        table.Write(writer);
    }

    /// <summary>As <c>xl vcpu-list</c>.</summary>
    public static void Vcpus(HostSnapshot host, TextWriter writer)
    {
        var table = new TextTable(1, 2, 3, 5);
        table.Add("Name", "ID", "VCPU", "CPU", "State", "Time(s)", "Affinity");
        foreach (var domain in host.Domains)
        {
            foreach (var vcpu in domain.Vcpus)
            {
                table.Add(
                    domain.Name, Text(domain.Id), Text(vcpu.Number), vcpu.Cpu is { } cpu ? Text(cpu) : "-", Letters(domain, vcpu),
                    Seconds(vcpu.RunningNanoseconds), DomainWords.Affinity(domain.Affinity, host.Cpus));
            }
        }

        table.Write(writer);
    }

    /// <summary>As <c>xl sched-credit</c>.</summary>
    public static void Scheduling(HostSnapshot host, TextWriter writer)
    {
        var table = new TextTable(1, 2, 3);
        table.Add("Name", "ID", "Weight", "Cap");
        foreach (var domain in host.Domains.Where(domain => domain.IsAlive))
        {
            table.Add(domain.Name, Text(domain.Id), Text(domain.Weight), Text(domain.Cap));
        }

        table.Write(writer);
    }

    /// <summary>A virtual processor that was not brought up is paused for the library, and has no letter for <c>xl</c>.</summary>
    private static string Letters(DomainSnapshot domain, VcpuStatus vcpu) =>
        DomainWords.LettersOfVcpu(vcpu.Status == GuestStatus.Paused && domain.Status != GuestStatus.Paused ? GuestStatus.Runnable : vcpu.Status);

    private static string Seconds(ulong nanoseconds) => (nanoseconds / NanosecondsPerSecond).ToString("F1", CultureInfo.InvariantCulture);

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
