using BenchmarkDotNet.Running;
using ParaKit.Benchmarks;

switch (args)
{
    case ["devices"]:
        DeviceFigures.Run();
        break;
    case ["memory"]:
        MemoryFigures.Run();
        break;
    case ["--build-share", var packages, var folder, .. var rounds]:
        new BuildShare(packages, folder, rounds.Length > 0 ? int.Parse(rounds[0], System.Globalization.CultureInfo.InvariantCulture) : 5).Run();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(ProcessorBenchmarks).Assembly).Run(args);
        break;
}
