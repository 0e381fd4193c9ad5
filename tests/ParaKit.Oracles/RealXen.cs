namespace ParaKit.Oracles;

/// <summary>Boots a paravirtual image as the initial domain of real Xen, in QEMU.</summary>
public static class RealXen
{
    /// <summary>What the guest printed: Xen's own lines start with "(XEN)" and are left out, as is everything before the guest.</summary>
    /// <param name="imagePath">The ELF file.</param>
    /// <param name="commandLine">What the guest finds as its command line; without commas.</param>
    /// <param name="cpus">Processors of the machine, and virtual ones of the guest.</param>
    /// <returns>The guest's lines, and how Xen says that it ended ("halted", "crashed", …).</returns>
    public static (string[] Lines, string End) Run(string imagePath, string commandLine = "", int cpus = 1)
    {
        ChildProcess.Outcome outcome = ChildProcess.Run(
            InstalledOracles.Qemu,
            [
                "-accel", "tcg", "-cpu", "max", "-m", "512", "-smp", cpus.ToString(System.Globalization.CultureInfo.InvariantCulture), "-no-reboot", "-nographic", "-monitor", "none", "-serial", "stdio", "-net", "none",
                "-kernel", InstalledOracles.Xen!, "-initrd", commandLine.Length == 0 ? imagePath : $"{imagePath} {commandLine}",
                "-append", "loglvl=all guest_loglvl=all com1=115200,8n1 console=com1 noreboot dom0_mem=64M dom0_max_vcpus=" + cpus.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ],
            limit: TimeSpan.FromMinutes(2),
            isDone: line => line.Contains(EndMarker, StringComparison.Ordinal));
        string[] all = [.. outcome.Output.Split('\n').Select(l => l.TrimEnd('\r'))];
        int start = Array.FindLastIndex(all, l => l.StartsWith("(XEN) Freed", StringComparison.Ordinal));
        string[] lines = [.. all.Skip(start + 1).Where(l => l.Length > 0 && !l.StartsWith("(XEN)", StringComparison.Ordinal))];
        string end = all.FirstOrDefault(l => l.Contains(EndMarker, StringComparison.Ordinal)) ?? $"Xen did not report an end; the guest's last line: {lines.LastOrDefault() ?? "none"}";
        return (lines, end[(end.IndexOf(EndMarker, StringComparison.Ordinal) is var at and >= 0 ? at + EndMarker.Length : 0)..].Trim());
    }

    private const string EndMarker = "Hardware Dom0";
}
