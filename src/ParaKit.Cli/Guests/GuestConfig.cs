using System.Globalization;
using System.Text.RegularExpressions;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Guests;

/// <summary>A guest of a configuration file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kernel">Path of its image.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="CommandLine">Its kernel's command line.</param>
/// <param name="Disks">Its disks.</param>
/// <param name="Interfaces">Its network interfaces.</param>
/// <param name="Scheduling">What it is entitled to of the processors.</param>
/// <param name="Vcpus">Its virtual processors.</param>
/// <param name="TscMode">What its RDTSC shows.</param>
/// <param name="Tenant">Who pays for it; null for one of its own name.</param>
internal sealed record GuestConfig(
    string Name, string Kernel, ulong MemoryBytes, string CommandLine, IReadOnlyList<DiskOptions> Disks, IReadOnlyList<VifOptions> Interfaces, SchedulingParameters Scheduling, int Vcpus = 1, string? Tenant = null, TscMode TscMode = TscMode.Native)
{
    private const ulong DefaultMebibytes = 64;
    private const ulong MaximumMebibytes = 1 << 20;
    private const int MaximumVcpus = 32;
    private const ulong NanosecondsPerMillisecond = 1_000_000;
    private const string Known = "name, kernel, memory, extra, disk, vif, vcpus, cpus, cpu_weight, cap, warp, warp_limit, unwarp, tsc_mode and tenant";

    /// <summary>Loads a file with one or more guests, each from its "name" on. xl.cfg(5): name, kernel, memory (MiB), extra, disk, vif, vcpus, cpus, cpu_weight, cap; warp, warp_limit and unwarp (ms) for BVT; tsc_mode; and tenant, who pays. Paths are relative to the file.</summary>
    /// <exception cref="UsageException">It cannot be read, or something in it is wrong; the message has the line.</exception>
    public static IReadOnlyList<GuestConfig> Load(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(exception.Message);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        List<GuestConfig> guests = [];
        foreach (var (index, line) in lines.Index())
        {
            var text = Regex.Match(line, """^([^#"']|"[^"]*"|'[^']*'|["'])*""").Value.Trim(); // up to a comment; a # in quotation marks begins none
            if (text.Length > 0)
            {
                Read(text, guests, folder, $"{path}({index + 1})");
            }
        }

        var incomplete = guests.Find(g => g.Kernel.Length == 0);
        return guests.Count == 0 ? throw new UsageException($"'{path}' has no guest; each begins with name = \"...\".")
            : incomplete is not null ? throw new UsageException($"'{path}': guest '{incomplete.Name}' has no kernel = \"...\".")
            : guests;
    }

    private static void Read(string text, List<GuestConfig> guests, string folder, string place)
    {
        var match = Regex.Match(text, @"^(\w+)\s*=\s*(.+)$");
        var (key, value) = (match.Groups[1].Value, match.Groups[2].Value);
        if (key == "name")
        {
            guests.Add(new GuestConfig(Text(value, place), "", DefaultMebibytes << 20, "", [], [], new SchedulingParameters()));
            return;
        }

        if (!match.Success || guests.Count == 0)
        {
            throw new UsageException($"{place}: '{text}' is not a setting of a guest; a guest begins with name = \"...\".");
        }

        guests[^1] = key switch
        {
            "kernel" => guests[^1] with { Kernel = Path.Combine(folder, Text(value, place)) },
            "memory" => guests[^1] with { MemoryBytes = Memory(value, place) << 20 },
            "extra" => guests[^1] with { CommandLine = Text(value, place) },
            "disk" => guests[^1] with { Disks = [.. Texts(value, place).Select(t => Disk(t, folder, place))] },
            "vif" => guests[^1] with { Interfaces = [.. Texts(value, place).Select(t => Interface(t, place))] },
            "cpu_weight" => guests[^1] with { Scheduling = guests[^1].Scheduling with { Weight = Number(value, 1, SchedulingParameters.MaximumWeight, place) } },
            "cap" => guests[^1] with { Scheduling = guests[^1].Scheduling with { Cap = Number(value, 0, 100, place) } },
            "tsc_mode" => guests[^1] with { TscMode = Tsc(Text(value, place), place) },
            "tenant" => guests[^1] with { Tenant = Text(value, place) },
            "vcpus" => guests[^1] with { Vcpus = Number(value, 1, MaximumVcpus, place) },
            "cpus" => guests[^1] with { Scheduling = guests[^1].Scheduling with { Affinity = Cpus(value, place) } },
            "warp" => guests[^1] with { Scheduling = guests[^1].Scheduling with { Warp = Milliseconds(value, place) } },
            "warp_limit" => guests[^1] with { Scheduling = guests[^1].Scheduling with { WarpLimit = Milliseconds(value, place) } },
            "unwarp" => guests[^1] with { Scheduling = guests[^1].Scheduling with { UnwarpRequirement = Milliseconds(value, place) } },
            _ => throw new UsageException($"{place}: '{key}' is not known; known are {Known}."),
        };
    }

    private static ulong Cpus(string value, string place)
    {
        var text = value.StartsWith('[') ? string.Join(',', Texts(value, place)) : value.StartsWith('"') || value.StartsWith('\'') ? Text(value, place) : value;
        return CpuSet.TryParse(text) ?? throw new UsageException(
            $"{place}: {value} is not a set of processors; it is \"all\", or such as \"0-3,5,^1\", with numbers below {HostOptions.MaximumCpus}.");
    }

    private static TscMode Tsc(string value, string place) => value switch
    {
        "native" or "default" => TscMode.Native,
        "offset" => TscMode.Offset,
        "always_emulate" => TscMode.Emulated,
        _ => throw new UsageException($"{place}: '{value}' is no tsc_mode; there are native, offset and always_emulate."),
    };

    private static ulong Milliseconds(string value, string place) =>
        (ulong)Number(value, 0, (int)(SchedulingParameters.LongestTime / NanosecondsPerMillisecond), place) * NanosecondsPerMillisecond;

    private static ulong Memory(string value, string place) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes) && mebibytes is > 0 and <= MaximumMebibytes
            ? mebibytes
            : throw new UsageException($"{place}: '{value}' is not a number of MiB.");

    private static int Number(string value, int least, int most, string place) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{place}: '{value}' is not a number from {least} to {most}.");

    /// <summary>xl-disk-configuration(5), positional: target, format, device, access.</summary>
    private static DiskOptions Disk(string text, string folder, string place)
    {
        var parts = text.Split(',');
        var access = parts.Length > 3 ? parts[3] : "w";
        return parts[0].Length > 0 && access is "r" or "ro" or "w" or "rw"
            ? new DiskOptions(Path.Combine(folder, parts[0]), access.StartsWith('r') && access != "rw")
            : throw new UsageException($"{place}: the disk '{text}' is not \"file[,format[,device[,r|w]]]\".");
    }

    /// <summary>xl-network-configuration(5): bridge, mac, ip, rate; and rule.</summary>
    private static VifOptions Interface(string text, string place)
    {
        try
        {
            return VifOptions.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{place}: the interface '{text}': {exception.Message}.");
        }
    }

    private static string Text(string value, string place) => Regex.Match(value, "^(\"([^\"]*)\"|'([^']*)')$") is { Success: true } match
        ? match.Groups[2].Value + match.Groups[3].Value
        : throw new UsageException($"{place}: {value} is not a text in quotation marks.");

    private static IEnumerable<string> Texts(string value, string place) =>
        Regex.IsMatch(value, """^\[\s*(("[^"]*"|'[^']*')\s*(,\s*("[^"]*"|'[^']*')\s*)*)?\]$""")
            ? Regex.Matches(value, "\"([^\"]*)\"|'([^']*)'").Select(match => match.Groups[1].Value + match.Groups[2].Value)
            : throw new UsageException($"{place}: {value} is not a list of texts in brackets.");
}
