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
    case ["--build-share", var packages, var folder]:
        new BuildShare(packages, folder).Run();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(ProcessorBenchmarks).Assembly).Run(args);
        break;
}
