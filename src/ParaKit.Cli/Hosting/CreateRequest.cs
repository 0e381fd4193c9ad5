using System.Text.Json.Serialization;
using ParaKit.Building;
using ParaKit.Cli.Guests;
using ParaKit.Hypervisor.Control;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Hosting;

/// <summary>Creates domains: all, or none.</summary>
internal sealed record CreateRequest(IReadOnlyList<NewDomain> Domains, bool IsPaused = false) : HostOperation
{
    private const int Most = 64;

    [JsonIgnore]
    private IReadOnlyList<RunRequest> Runs { get; init; } = [];

    /// <inheritdoc/>
    public override HostOperation Prepare() => Domains.Count is > 0 and <= Most && Domains.All(domain => domain is { Disks: var disks } && disks.All(disk => disk is not null))
        ? this with { Runs = [.. Domains.Select(domain => domain.ToRun())] }
        : throw new UsageException($"1 to {Most} domains can be created at a time, not {Domains.Count}, and none of them, or of their disks, can be null.");

    /// <inheritdoc/>
    public override HostSnapshot Do(HostDomains domains) => domains.Create(Runs, IsPaused);
}

/// <summary>A domain that is to be created. Paths are of the host.</summary>
internal sealed record NewDomain
{
    private const long LargestImage = 256 << 20;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Path of the kernel's image.</summary>
    public required string Kernel { get; init; }

    /// <summary>Memory, in bytes.</summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>The kernel's command line.</summary>
    public required string CommandLine { get; init; }

    /// <summary>Disks.</summary>
    public required IReadOnlyList<NewDisk> Disks { get; init; }

    /// <summary>Network interfaces, as on command lines.</summary>
    public required IReadOnlyList<string> Interfaces { get; init; }

    /// <summary>Virtual processors.</summary>
    public required int Vcpus { get; init; }

    /// <summary>What RDTSC shows.</summary>
    public required TscMode TscMode { get; init; }

    /// <summary>What it is entitled to.</summary>
    public required NewScheduling Scheduling { get; init; }

    /// <summary>A domain with nothing that is not said.</summary>
    public static NewDomain Plain(string name, string kernel, ulong memoryBytes) => new()
    {
        Name = name,
        Kernel = kernel,
        MemoryBytes = memoryBytes,
        CommandLine = "",
        Disks = [],
        Interfaces = [],
        Vcpus = 1,
        TscMode = TscMode.Native,
        Scheduling = NewScheduling.Of(new SchedulingParameters()),
    };

    /// <summary>The domain of a configuration file.</summary>
    public static NewDomain Of(GuestConfig guest) => Plain(guest.Name, guest.Kernel, guest.MemoryBytes) with
    {
        CommandLine = guest.CommandLine,
        Disks = [.. guest.Disks.Select(disk => new NewDisk(Path.GetFullPath(disk.Path), disk.IsReadOnly))],
        Interfaces = [.. guest.Interfaces.Select(vif => vif.Text)],
        Vcpus = guest.Vcpus,
        TscMode = guest.TscMode,
        Scheduling = NewScheduling.Of(guest.Scheduling),
    };

    /// <summary>Reads the files.</summary>
    /// <exception cref="UsageException">The image cannot be read, is none, or an interface is not described as one.</exception>
    public RunRequest ToRun()
    {
        try
        {
            return new RunRequest(LoadKernel())
            {
                Name = Name,
                MemoryBytes = MemoryBytes,
                CommandLine = CommandLine,
                Disks = [.. Disks.Select(disk => new DiskOptions(disk.Path, disk.IsReadOnly))],
                Interfaces = [.. Interfaces.Select(VifOptions.Parse)],
                Vcpus = Vcpus,
                TscMode = TscMode,
                Scheduling = Scheduling.ToParameters(),
            };
        }
        catch (Exception exception) when (exception is FormatException or ImageFormatException or GuestException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"'{Name}': {exception.Message}");
        }
    }

    private KernelImage LoadKernel()
    {
        var file = new FileInfo(Kernel);
        if (file.Exists && file.Length > LargestImage)
        {
            throw new UsageException($"'{Name}': '{Kernel}' has more than {LargestImage >> 20} MiB, and is no kernel.");
        }

        var image = KernelImage.Load(File.ReadAllBytes(Kernel), Path.GetFileName(Kernel));
        ImageKind.Check(image, ImageKind.Paravirt);
        return image;
    }
}

/// <summary>A disk of a domain that is to be created.</summary>
/// <param name="Path">The file.</param>
/// <param name="IsReadOnly">Whether the domain may only read.</param>
internal sealed record NewDisk(string Path, bool IsReadOnly);

/// <summary>What a domain that is to be created is entitled to: the members of <see cref="SchedulingParameters"/>.</summary>
internal sealed record NewScheduling(int Weight, int Cap, ulong Warp, ulong WarpLimit, ulong UnwarpRequirement, ulong Affinity)
{
    /// <summary>Makes one.</summary>
    public static NewScheduling Of(SchedulingParameters from) => new(from.Weight, from.Cap, from.Warp, from.WarpLimit, from.UnwarpRequirement, from.Affinity);

    /// <summary>As the library has them.</summary>
    public SchedulingParameters ToParameters() => new()
    {
        Weight = Weight,
        Cap = Cap,
        Warp = Warp,
        WarpLimit = WarpLimit,
        UnwarpRequirement = UnwarpRequirement,
        Affinity = Affinity,
    };
}
