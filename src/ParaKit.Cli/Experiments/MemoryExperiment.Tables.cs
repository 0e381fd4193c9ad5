using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Experiments;

/// <content>Two designs of page tables on the same kernel: the guest's own, checked, and shadows of them.</content>
internal sealed partial class MemoryExperiment
{
    private static readonly string[] s_techniques = ["native", "paravirt", "trap", "translate", "hardware"];

    private void FindTables()
    {
        const string Section = "Building an address space of 1024 pages and using it, against the bare machine";
        List<(string, IReadOnlyList<(double, double)>)> curves = [];
        var builds = s_techniques.ToDictionary(name => name, Builds);
        foreach (var (name, points) in builds)
        {
            curves.Add((name, [.. points.Select(point => (Math.Log2(point.Batch), point.Time))]));
        }

        var bare = builds["native"][^1].Time;
        _findings.Add(new(Section, "guest's tables, updates one by one", "times", builds["paravirt"][0].Time / bare));
        _findings.Add(new(Section, "guest's tables, 2048 updates at a time", "times", builds["paravirt"][^1].Time / bare, null, "", 1, builds["paravirt"][0].Time / bare));
        _findings.Add(new(Section, "shadow tables", "times", builds["trap"][^1].Time / bare));
        _findings.Add(new(Section, "shadow tables, translated kernel", "times", builds["translate"][^1].Time / bare));
        _findings.Add(new(Section, "nested tables", "times", builds["hardware"][^1].Time / bare, null, "", 1, builds["trap"][^1].Time / bare));
        _charts.Add(new LineChart("Page tables: checked, shadowed, nested", "Time per page to build an address space, use each of its pages once and take it down, with page-table updates in batches. Only the paravirtual kernel has a use for batches.", "updates per batch, as a power of 2", "time per page in ns", curves));
    }

    private IReadOnlyList<(double Batch, double Time)> Builds(string technique)
    {
        progress($"address spaces, {technique}");
        TechniqueTable.TryFind(technique, out var found);
        var result = found!.Run(new RunRequest(technique == "paravirt" ? s_paravirtual : s_native) { MemoryBytes = 32 * Mebibyte, CommandLine = "quick build=1024", Cancellation = cancellation });
        cancellation.ThrowIfCancellationRequested();
        return LoadOutput.Builds(result);
    }
}
