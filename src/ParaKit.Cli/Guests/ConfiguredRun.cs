using System.Text;
using ParaKit.Cli.Billing;
using ParaKit.Cli.Rendering;
using ParaKit.Cli.Tracing;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Guests;

/// <summary>Runs the guests of a configuration file on one machine.</summary>
internal sealed class ConfiguredRun(Terminal terminal)
{
    /// <summary>Runs them; each line of a console is printed when it is complete, behind the guest's name.</summary>
    /// <param name="guests">The guests.</param>
    /// <param name="template">What else is to be so in all runs.</param>
    /// <param name="cpus">Processors.</param>
    /// <param name="scheduler">Makes what decides whose turn it is on a processor.</param>
    /// <param name="hostThreads">Threads of this machine.</param>
    /// <param name="usage">The file that what they used is written to; null for none.</param>
    /// <param name="openCapture">Opens the file that packets are written to; null for none.</param>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<GuestConfig> guests, Func<KernelImage, RunRequest> template, int cpus, Func<IScheduler> scheduler, int hostThreads, OutputFile? usage, Func<Stream?> openCapture)
    {
        using var writer = new StreamWriter(terminal.Output, leaveOpen: true) { NewLine = "\n", AutoFlush = true };
        Check(guests, cpus);
        RunRequest[] requests = [.. guests.Select(guest => Request(guest, template, writer))];
        requests[0] = requests[0] with { Capture = openCapture() };
        var results = await Task.Run(() => Run(requests, cpus, scheduler, hostThreads), CancellationToken.None).ConfigureAwait(false);
        requests[0].Cancellation.ThrowIfCancellationRequested();
        foreach (var (guest, request, result) in guests.Zip(requests, results))
        {
            if (result.Reason is { } reason)
            {
                terminal.Error.WriteLine($"{guest.Name}: {reason.TrimEnd()}");
            }

            terminal.WriteNote($"{guest.Name}: {RunSummary.Line(new TechniqueRun(request.Image, result))}, {Share(result):P1} of {(result.Cpus == 1 ? "the processor" : "a processor")}");
        }

        if (usage is not null)
        {
            var records = guests.Zip(results, (guest, result) => UsageRecord.Of(guest.Tenant ?? guest.Name, guest.Name, result.Usage!)).ToArray();
            ReadableJson.Write(usage.Stream, new UsageDocument(UsageDocument.Version, records), options => BillingJson.With(options).UsageDocument);
            usage.Complete();
            terminal.WriteNote($"{usage.Path}: usage written");
        }

        return results.All(result => result is { Outcome: RunOutcome.ShutDown, ExitCode: 0 }) ? ExitCodes.Success : ExitCodes.GuestFailed;
    }

    private static IReadOnlyList<RunResult> Run(RunRequest[] requests, int cpus, Func<IScheduler> scheduler, int hostThreads)
    {
        try
        {
            return new ParavirtTechnique().RunAll(requests, cpus, scheduler, hostThreads);
        }
        catch (ArgumentException exception) when (exception.ParamName == nameof(hostThreads))
        {
            throw new UsageException($"--host-threads: {exception.Message}");
        }
    }

    private static void Check(IReadOnlyList<GuestConfig> guests, int cpus)
    {
        if (guests.FirstOrDefault(guest => (guest.Scheduling.Affinity & ((1UL << cpus) - 1)) == 0) is { } pinned)
        {
            throw new UsageException($"'{pinned.Name}' is pinned to processors that there are not: there {(cpus == 1 ? "is one" : $"are {cpus}")}; see --cpus.");
        }
    }

    private static double Share(RunResult result) => (double)result.ChargedCycles / result.ModelledCycles;

    private static RunRequest Request(GuestConfig guest, Func<KernelImage, RunRequest> template, StreamWriter writer)
    {
        KernelImage image;
        try
        {
            image = KernelImage.Load(File.ReadAllBytes(guest.Kernel), Path.GetFileName(guest.Kernel));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{guest.Name}': {exception.Message}");
        }

        var line = new StringBuilder();
        return template(image) with
        {
            MemoryBytes = guest.MemoryBytes,
            CommandLine = guest.CommandLine,
            Disks = guest.Disks,
            Name = guest.Name,
            Vcpus = guest.Vcpus,
            TscMode = guest.TscMode,
            Interfaces = guest.Interfaces,
            Scheduling = guest.Scheduling,
            Console = bytes =>
            {
                foreach (var c in Encoding.UTF8.GetString(bytes))
                {
                    if (c == '\n')
                    {
                        lock (writer)
                        {
                            writer.WriteLine($"[{guest.Name}] {line}");
                        }

                        line.Clear();
                    }
                    else if (c != '\r')
                    {
                        line.Append(c);
                    }
                }
            },
        };
    }
}
