using System.Globalization;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <content>Two designs of page tables on the same kernel: the guest's own, checked, and shadows of them.</content>
internal sealed partial class MemoryExperiment
{
    private const int SmallSpace = 512;
    private const int LargeSpace = 1536;

    private static readonly string[] s_techniques = ["native", "paravirt", "trap", "translate", "hardware"];
    private static readonly int[] s_batches = [1, 4, 16, 64, 256, 2048];

    private void FindTables()
    {
        const string Section = "Building an address space and using it, per page, against the bare machine";
        var builds = s_techniques.ToDictionary(name => name, Builds);
        var bare = builds["native"][^1].Cycles;
        _findings.Add(new(Section, "guest's tables, updates one by one", "times", builds["paravirt"][0].Cycles / bare));
        _findings.Add(new(Section, "guest's tables, 2048 updates at a time", "times", builds["paravirt"][^1].Cycles / bare, null, "", 1, builds["paravirt"][0].Cycles / bare));
        _findings.Add(new(Section, "shadow tables", "times", builds["trap"][^1].Cycles / bare));
        _findings.Add(new(Section, "shadow tables, translated kernel", "times", builds["translate"][^1].Cycles / bare));
        _findings.Add(new(Section, "nested tables", "times", builds["hardware"][^1].Cycles / bare, null, "", 1, builds["trap"][^1].Cycles / bare));
        AddCurves(builds, "modelled cycles", "time per page in cycles", cost => cost.Cycles, "Building an address space as fork does, using each of its pages once and taking it down, with page-table updates in batches. Only the paravirtual kernel has a use for batches.");
        AddCurves(builds, "exits", "exits per page", cost => cost.Exits, "How often the guest leaves for the hypervisor, and for the translator how often its code calls it. A batch is one hypercall.");
        AddCurves(builds, "faults", "faults per page", cost => cost.Faults, "Exits because of memory: a shadow or a nested mapping is missing, or a traced table is written to. Checked tables have none.");
        AddCurves(builds, "memory overhead", "bytes of tables per page", cost => cost.TableBytes, "Tables that the hypervisor makes beside the guest's own. Nested tables map the guest's memory, whatever it is used for, and are made once.");
    }

    private void AddCurves(Dictionary<string, IReadOnlyList<AddressSpaceCost>> builds, string title, string axis, Func<AddressSpaceCost, double> value, string text)
    {
        IReadOnlyList<(double, double)> Points(IReadOnlyList<AddressSpaceCost> costs) => [.. costs.Zip(s_batches, (cost, batch) => (Math.Log2(batch), value(cost)))];
        _charts.Add(new LineChart($"Page tables, checked, shadowed and nested: {title}", text, "updates per batch, as a power of 2", axis, [.. builds.Select(build => (build.Key, Points(build.Value)))]));
    }

    private IReadOnlyList<AddressSpaceCost> Builds(string technique)
    {
        progress($"address spaces, {technique}");
        TechniqueTable.TryFind(technique, out var found);
        return [.. s_batches.Select(batch => AddressSpaceCost.PerPage(Build(found!, LargeSpace, batch), Build(found!, SmallSpace, batch), LargeSpace - SmallSpace))];
    }

    private RunResult Build(ITechnique technique, int pages, int batch)
    {
        var command = string.Create(CultureInfo.InvariantCulture, $"quick build={pages} batch={batch}");
        var result = technique.Run(new RunRequest(technique.Name == "paravirt" ? s_paravirtual : s_native) { MemoryBytes = 32 * Mebibyte, CommandLine = command, Cancellation = cancellation });
        cancellation.ThrowIfCancellationRequested();
        return result;
    }
}
