using BenchmarkDotNet.Running;
using ParaKit.Benchmarks;

if (args is ["devices"])
{
    DeviceFigures.Run();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(ProcessorBenchmarks).Assembly).Run(args);
}
