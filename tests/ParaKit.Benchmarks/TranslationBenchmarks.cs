using BenchmarkDotNet.Attributes;
using Iced.Intel;
using ParaKit.Image;
using ParaKit.Rewriter.Translation;

namespace ParaKit.Benchmarks;

/// <summary>What the binary translator costs: time per operation is time per instruction of the guest, so 1 µs is 1 M instructions per second.</summary>
public class TranslationBenchmarks
{
    private const int Instructions = 100_000;
    private const ulong CacheAddress = 0xffff_ffff_ff20_0000;

    private byte[] _text = [];
    private ulong _address;

    /// <summary>Takes the sample's code.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        CodeSection section = KernelImage.Load(GuestFiles.Image("native"), "native").Code.Sections.Where(s => s.IsCode).MaxBy(s => s.Data.Length)!;
        _text = section.Data.ToArray();
        _address = section.Address;
    }

    /// <summary>Nothing but Iced's decoder.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Instructions)]
    public int Decode()
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(_text), _address);
        int bytes = 0;
        for (int i = 0; i < Instructions; i++)
        {
            decoder.Decode(out Instruction instruction);
            bytes += instruction.Length;
            if (!decoder.IP.Equals(_address + (ulong)bytes) || bytes >= _text.Length - 16)
            {
                decoder = Decoder.Create(64, new ByteArrayCodeReader(_text), _address);
                bytes = 0;
            }
        }

        return bytes;
    }

    /// <summary>Units one after the other through the code.</summary>
    [Benchmark(OperationsPerInvoke = Instructions)]
    public int Translate()
    {
        int offset = 0;
        int count = 0;
        int bytes = 0;
        while (count < Instructions)
        {
            TranslationUnit? unit = Translator.Translate(_text.AsSpan(offset), _address + (ulong)offset, CacheAddress);
            count += unit?.Instructions.Count ?? 0;
            bytes += unit?.Code.Length ?? 0;
            offset = unit is null ? 0 : offset + unit.GuestBytes;
        }

        return bytes;
    }
}
