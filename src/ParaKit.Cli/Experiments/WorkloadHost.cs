using System.Globalization;
using System.Text.RegularExpressions;
using ParaKit.Cli.Guests;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Experiments;

/// <summary>A host on which the carried workload runs in several roles.</summary>
internal sealed class WorkloadHost : IDisposable
{
    /// <summary>Nanoseconds of a millisecond.</summary>
    public const ulong Millisecond = 1_000_000;

    /// <summary>Instructions take 20 cycles, so that not much has to be simulated for much time; all else costs what it does by default.</summary>
    public static readonly CostProfile Costs = CostProfile.Default with { Name = "default, 20 cycles an instruction", Instruction = 20 };

    private const ulong GuestBytes = 8 << 20;
    private const long DiskBytes = 16 << 20;

    private static readonly KernelImage s_image = KernelImage.Load(CarriedGuest.Workload(), "workload");

    private readonly List<string> _disks = [];
    private readonly CancellationToken _cancellation;

    /// <summary>Makes one without guests.</summary>
    public WorkloadHost(string scheduler, ulong slice, int guests, CancellationToken cancellation, int cpus = 1)
    {
        _cancellation = cancellation;
        Host = new ParavirtHost(new HostOptions
        {
            MemoryBytes = GuestBytes * (ulong)guests,
            Domains = guests,
            Cpus = cpus,
            Costs = Costs,
            Scheduler = () => Schedulers.Make(scheduler, slice),
        })
        {
            TurnEnded = Turns.Add,
        };
    }

    /// <summary>The host.</summary>
    public ParavirtHost Host { get; }

    /// <summary>All turns so far.</summary>
    public List<GuestTurn> Turns { get; } = [];

    /// <summary>Adds a guest.</summary>
    /// <param name="role">What it does.</param>
    /// <param name="until">For how long, in milliseconds of virtual time.</param>
    /// <param name="more">More of its command line.</param>
    /// <param name="scheduling">What it is entitled to.</param>
    public HostedGuest Add(string role, ulong until, string more = "", SchedulingParameters? scheduling = null) => Host.Create(new RunRequest(s_image)
    {
        Name = role,
        MemoryBytes = GuestBytes,
        CommandLine = string.Create(CultureInfo.InvariantCulture, $"role={role} until={until} {more}").TrimEnd(),
        Disks = role is "disk" or "read" ? [MakeDisk()] : [],
        Scheduling = scheduling ?? new SchedulingParameters(),
        Cancellation = _cancellation,
    });

    /// <summary>Lets virtual time pass.</summary>
    public void Run(ulong milliseconds)
    {
        // In steps, so that an interruption is soon heard.
        for (ulong done = 0; done < milliseconds; done += 10)
        {
            _cancellation.ThrowIfCancellationRequested();
            Host.Run(Math.Min(10, milliseconds - done) * Millisecond);
        }
    }

    /// <summary>Runs all guests to their ends.</summary>
    public void RunToEnd()
    {
        while (Host.Guests.Any(guest => guest.IsAlive))
        {
            Run(10);
        }

        if (Host.Guests.FirstOrDefault(guest => guest.Status != GuestStatus.ShutDown) is { } failed)
        {
            throw new InvalidOperationException($"The workload '{failed.Run.CommandLine}' failed: {failed.Result.Reason} {failed.Result.Console}");
        }
    }

    /// <summary>A figure that a guest has printed.</summary>
    public static double Figure(HostedGuest guest, string name) => double.Parse(
        Regex.Match(guest.Result.Console, $@"^{name} (\d+)$", RegexOptions.Multiline).Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose()
    {
        Host.Dispose();
        _disks.ForEach(File.Delete);
    }

    private DiskOptions MakeDisk()
    {
        _disks.Add(Path.GetTempFileName());
        using var file = File.OpenWrite(_disks[^1]);
        file.SetLength(DiskBytes);
        return new DiskOptions(_disks[^1], IsReadOnly: false);
    }
}
