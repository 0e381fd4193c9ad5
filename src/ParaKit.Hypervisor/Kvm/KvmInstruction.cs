using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hypervisor.Kvm;

/// <summary>The instruction at which a KVM machine stopped.</summary>
internal static class KvmInstruction
{
    private const int MaximumLength = 15;

    /// <summary>Address and text of the instruction at RIP.</summary>
    /// <param name="processor">A processor with the machine's state and memory.</param>
    /// <param name="usesVectors">Whether it has an SSE, AVX or x87 state operand.</param>
    public static string At(Processor processor, out bool usesVectors)
    {
        var rip = processor.State.Rip;
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(Read(processor, rip)), rip);
        var instruction = decoder.Decode();
        usesVectors = instruction.CpuidFeatures.Any(feature => feature is >= CpuidFeature.SSE and <= CpuidFeature.SSSE3 or CpuidFeature.FXSR or CpuidFeature.AVX or CpuidFeature.AVX2);
        return instruction.IsInvalid ? $"0x{rip:x}" : $"0x{rip:x}: {instruction}";
    }

    private static byte[] Read(Processor processor, ulong address)
    {
        var bytes = new List<byte>(MaximumLength);
        for (var i = 0UL; i < MaximumLength; i++)
        {
            var isMapped = processor.TryTranslate(address + i, AccessKind.Read, user: false, out var physical, out _);
            if (!isMapped || !processor.Memory.Contains(physical, 1))
            {
                break;
            }

            bytes.Add(processor.Memory.Read<byte>(physical));
        }

        return [.. bytes];
    }
}
