using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(ParaKit.Benchmarks.ProcessorBenchmarks).Assembly).Run(args);
