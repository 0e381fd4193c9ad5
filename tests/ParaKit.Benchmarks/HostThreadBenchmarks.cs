using BenchmarkDotNet.Attributes;
using ParaKit.Hypervisor.Scheduling;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Benchmarks;

/// <summary>Two independent guests on two simulated processors, by one thread of the host and by two: two take half the time, if the host has two cores free.</summary>
public class HostThreadBenchmarks
{
    private RunRequest[] _runs = [];

    /// <summary>Threads of the host.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Reads the files.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var run = new RunRequest(KernelImage.Load(GuestFiles.Image("paravirt"), "guest")) { CommandLine = "programs=300" };
        _runs = [run, run];
    }

    /// <summary>From two empty machines to both shutdowns.</summary>
    [Benchmark]
    public int Run() => new ParavirtTechnique().RunAll(_runs, 2, () => Schedulers.Make(Schedulers.Names[0]), Threads).Count;
}
