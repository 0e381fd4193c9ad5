using System.Collections.ObjectModel;
using ParaKit.Hardware.Extensions;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Techniques;

/// <summary>What to run and within which limits.</summary>
/// <param name="Image">The kernel.</param>
public sealed record RunRequest(KernelImage Image)
{
    /// <summary>Guest memory in bytes; rounded down to whole pages.</summary>
    public ulong MemoryBytes { get; init; } = 64 << 20;

    /// <summary>Command line for guests that are given one.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>What primitive operations cost in virtual time.</summary>
    public CostProfile Costs { get; init; } = CostProfile.Default;

    /// <summary>Whether the machine raises #GP for SGDT, SIDT, SLDT, SMSW and STR outside privilege level 0 (CR4.UMIP).</summary>
    public bool Umip { get; init; }

    /// <summary>
    /// Whether the trap technique puts breakpoints in place of the sensitive instructions that do not trap, in the copy of the code that
    /// executes: binary patching.
    /// </summary>
    public bool PatchSilent { get; init; }

    /// <summary>Instructions (and exits) after which the run is stopped; 0 is no limit.</summary>
    public long MaxInstructions { get; init; }

    /// <summary>Takes console output while the guest runs; null only collects it in <see cref="RunResult.Console"/>.</summary>
    public Action<ReadOnlySpan<byte>>? Console { get; init; }

    /// <summary>Whether <see cref="RunResult.Console"/> has what the guest prints: up to 16 MiB.</summary>
    public bool KeepConsole { get; init; } = true;

    /// <summary>
    /// Hypercalls beyond Xen's, by number; other techniques than paravirtualization have no use for them. Numbers are those that Xen
    /// leaves free: <see cref="GuestHypercall.FirstNumber"/> to <see cref="GuestHypercall.LastNumber"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A number is Xen's own.</exception>
    public IReadOnlyDictionary<int, GuestHypercallHandler> Hypercalls
    {
        get;
        init => field = GuestHypercall.RequireFree(value);
    } = ReadOnlyDictionary<int, GuestHypercallHandler>.Empty;

    /// <summary>
    /// Whether <see cref="RunResult.TranslatedBlocks"/> lists what was translated. Blocks then count how often they are entered, which takes time.
    /// </summary>
    public bool TraceTranslations { get; init; }

    /// <summary>Whether <see cref="RunResult.State"/> has the guest's memory and registers; the receiver disposes of it.</summary>
    public bool KeepState { get; init; }

    /// <summary>Files that the boot loader puts into memory for a native kernel, as modules of the PVH start information.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Modules { get; init; } = [];

    /// <summary>"paravirt": what is typed on the console, from the beginning on; a guest takes it from the console's ring. Later: <see cref="HostedGuest.Type"/>.</summary>
    public ReadOnlyMemory<byte> ConsoleInput { get; init; }

    /// <summary>What to call the guest; null for the image's name.</summary>
    public string? Name { get; init; }

    /// <summary>"paravirt": what RDTSC shows.</summary>
    public TscMode TscMode { get; init; }

    /// <summary>All techniques but "kvm": processors of the guest, 1 to 32; it brings all but the first up itself.</summary>
    public int Vcpus { get; init; } = 1;

    /// <summary>"paravirt": what this domain is entitled to of the processor.</summary>
    public SchedulingParameters Scheduling { get; init; } = new();

    /// <summary>Disks: for "paravirt" Xen's virtual block devices xvda, xvdb ..., for the others up to two on an emulated ATA channel.</summary>
    public IReadOnlyList<DiskOptions> Disks { get; init; } = [];

    /// <summary>Network interfaces: for "paravirt" Xen's, for the others one NE2000 card.</summary>
    public IReadOnlyList<VifOptions> Interfaces { get; init; } = [];

    /// <summary>"paravirt": ports of this computer that lead to guests; of several guests', the first one's count. Runs with them do not repeat.</summary>
    public IReadOnlyList<ForwardOptions> Forwards { get; init; } = [];

    /// <summary>Takes all packets of all virtual switches, in the format of pcap-savefile(5); null for nobody. It is disposed of at the end of the run. Of several guests', the first one's counts.</summary>
    public Stream? Capture { get; init; }

    /// <summary>"hardware": whether the guest can have guests of its own (AMD's SVM).</summary>
    public bool NestedVirtualization { get; init; }

    /// <summary>Instructions and devices that others add to the machine.</summary>
    public IReadOnlyList<IMachineExtension> Extensions { get; init; } = [];

    /// <summary>Hears what happens during the run; null for nobody.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Stops the run soon after it is cancelled.</summary>
    public CancellationToken Cancellation { get; init; }
}
