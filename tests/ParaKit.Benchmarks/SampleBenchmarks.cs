using BenchmarkDotNet.Attributes;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;
using ParaKit.Image.Linking;

namespace ParaKit.Benchmarks;

/// <summary>Whole runs of the sample kernel by technique, and the link step that makes its images.</summary>
public class SampleBenchmarks
{
    private KernelImage _image = null!;
    private byte[] _objectFile = [];
    private ITechnique _technique = null!;

    /// <summary>How the kernel is run, and the mode of its image.</summary>
    [Params("native", "trap", "translate", "paravirt")]
    public string Technique { get; set; } = "";

    private string Mode => Technique == "paravirt" ? "paravirt" : "native";

    /// <summary>Reads the files.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _image = KernelImage.Load(GuestFiles.Image(Mode), Technique);
        _objectFile = GuestFiles.ObjectFile(Mode);
        _ = TechniqueTable.TryFind(Technique, out ITechnique? technique);
        _technique = technique!;
    }

    /// <summary>From an empty machine to the kernel's shutdown.</summary>
    [Benchmark]
    public int Run() => _technique.Run(new RunRequest(_image)).ExitCode;

    /// <summary>Object file in, image out.</summary>
    [Benchmark]
    public bool Link() => KernelLinker.Link(
        _objectFile, "Guest.o", new LinkOptions(Mode == "native" ? ImageMode.Native : ImageMode.Paravirt)).Succeeded;
}
