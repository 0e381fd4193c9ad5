using BenchmarkDotNet.Attributes;
using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Discovery;
using ParaKit.Rewriter.Scanning;

namespace ParaKit.Benchmarks;

/// <summary>
/// Machine code read per second: time per operation is time per MB of code, so 10 ms are 100 MB/s. The code is that of the Linux kernel that
/// PARAKIT_VMLINUX names; without one, of the sample.
/// </summary>
public class ScanBenchmarks
{
    private const int Megabytes = 8;

    private byte[] _text = [];
    private CodeImage _image = null!;
    private CodeImage _kernel = null!;

    /// <summary>Takes the largest section of code, as often as needed.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _kernel = Environment.GetEnvironmentVariable("PARAKIT_VMLINUX") is { Length: > 0 } file
            ? CodeImage.Load(File.ReadAllBytes(file), file)
            : KernelImage.Load(GuestFiles.Image("native"), "native").Code;
        byte[] code = _kernel.Sections.Where(s => s.IsCode).MaxBy(s => s.Data.Length)!.Data.ToArray();
        _text = new byte[Megabytes * 1_000_000];
        for (int at = 0; at < _text.Length; at += code.Length)
        {
            code.AsSpan(0, Math.Min(code.Length, _text.Length - at)).CopyTo(_text.AsSpan(at));
        }

        _image = CodeImage.Flat(_text, "text", 64, 0xffffffff81000000);
    }

    /// <summary>Nothing but Iced's decoder, one instruction after the other.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Megabytes)]
    public int IcedAlone()
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(_text));
        int count = 0;
        while (decoder.IP < (ulong)_text.Length)
        {
            decoder.Decode(out _);
            count++;
        }

        return count;
    }

    /// <summary>Descent, sweep and their book-keeping.</summary>
    [Benchmark(OperationsPerInvoke = Megabytes)]
    public long Discovery() => CodeDiscovery.Explore([new CodeRegion(0xffffffff81000000, _text)], [0xffffffff81000000]).Map.Coverage().Total;

    /// <summary>The whole scan with disassembly of what it found.</summary>
    [Benchmark(OperationsPerInvoke = Megabytes)]
    public int Scan() => ImageScanner.Scan(_image).Findings.Length;

    /// <summary>The whole image as it is, by descent from all its starts: time per operation is for all its code.</summary>
    [Benchmark]
    public int WholeKernel() => ImageScanner.Scan(_kernel).Findings.Length;
}
