using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.MemoryMaps;

/// <summary>Runs a guest for a while and looks at its memory then.</summary>
internal static class MemoryMapTaker
{
    private const ulong NanosecondsPerMillisecond = 1_000_000;
    private const ulong Overhead = 1 << 20;

    private delegate bool Translator(ulong linear, out Pfn page, out Mfn frame);

    /// <summary>Takes the map.</summary>
    /// <param name="technique">"paravirt", or one of those for unmodified guests that can share memory.</param>
    /// <param name="run">The guest.</param>
    /// <param name="milliseconds">When to look, in virtual time; earlier if the guest has ended by then.</param>
    /// <param name="addresses">Addresses to translate.</param>
    /// <exception cref="UsageException">The technique has no physical map of its own.</exception>
    public static MemoryMap Take(string technique, RunRequest run, ulong milliseconds, IReadOnlyList<ulong> addresses) => technique switch
    {
        "paravirt" => TakeParavirtual(run, milliseconds, addresses),
        "hardware" or "trap" or "translate" => TakeUnmodified(technique, run, milliseconds, addresses),
        _ => throw new UsageException($"--technique: with '{technique}' a guest has the machine's memory as it is; paravirt, hardware, trap and translate have maps."),
    };

    private static MemoryMap TakeParavirtual(RunRequest run, ulong milliseconds, IReadOnlyList<ulong> addresses)
    {
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = run.MemoryBytes + Overhead, Domains = 1, Costs = run.Costs, Extensions = run.Extensions });
        var guest = host.Create(run);
        for (ulong i = 0; i < milliseconds && guest.IsAlive; i++)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            host.Run(NanosecondsPerMillisecond);
        }

        return Make(run, "paravirt", host.Now, !guest.IsAlive, (long)(guest.MaximumMemoryBytes / PageTableEntries.FrameBytes), guest.Frames, guest.TryTranslate, addresses);
    }

    private static MemoryMap TakeUnmodified(string technique, RunRequest run, ulong milliseconds, IReadOnlyList<ulong> addresses)
    {
        using var machine = new OvercommittedMachine(new OvercommitOptions
        {
            Technique = technique,
            MemoryBytes = run.MemoryBytes + OvercommittedMachine.MonitorBytes(technique, run.MemoryBytes) + Overhead,
            Costs = run.Costs,
            HasBalloons = false,
        });
        var guest = machine.Start(run);
        for (ulong i = 0; i < milliseconds && guest.IsAlive; i++)
        {
            run.Cancellation.ThrowIfCancellationRequested();
            machine.RunFor(NanosecondsPerMillisecond);
        }

        return Make(run, technique, machine.Now, !guest.IsAlive, guest.Size, guest.Frames, guest.TryTranslate, addresses);
    }

    private static MemoryMap Make(RunRequest run, string technique, ulong now, bool hasEnded, long pages, IReadOnlyList<FrameUse> frames, Translator translate, IReadOnlyList<ulong> addresses) => new(
        run.Image.Name,
        technique,
        now / (double)NanosecondsPerMillisecond,
        hasEnded,
        pages,
        frames,
        [.. addresses.Select(address => translate(address, out var page, out var frame) ? new Translation(address, page, frame) : new Translation(address, null, null))]);
}
