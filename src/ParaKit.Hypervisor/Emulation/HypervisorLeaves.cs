using System.Buffers.Binary;
using ParaKit.Hardware.Cpu;

namespace ParaKit.Hypervisor.Emulation;

/// <summary>The CPUID leaves by which a guest recognises its hypervisor. Xen public/arch-x86/cpuid.h, "XEN_CPUID_FIRST_LEAF".</summary>
internal static class HypervisorLeaves
{
    private const uint First = 0x4000_0000;
    private const uint Last = First + 2;
    private const uint Version = (4 << 16) | 17;
    private const uint HypercallPages = 1;

    /// <summary>Answers a leaf of the hypervisor into EAX, EBX, ECX and EDX; false for the processor's own leaves.</summary>
    public static bool TryAnswer(ref GeneralRegisters registers)
    {
        var leaf = (uint)registers[GeneralRegister.Rax];
        if (leaf is < First or > Last)
        {
            return false;
        }

        var signature = "XenVMMXenVMM"u8;
        (registers[GeneralRegister.Rax], registers[GeneralRegister.Rbx], registers[GeneralRegister.Rcx], registers[GeneralRegister.Rdx]) =
            (leaf - First) switch
            {
                0 => ((ulong)Last, Word(signature), Word(signature[4..]), Word(signature[8..])),
                1 => (Version, 0UL, 0UL, 0UL),
                _ => (HypercallPages, ModelSpecificRegisters.HypercallPage, 0UL, 0UL),
            };
        return true;
    }

    private static ulong Word(ReadOnlySpan<byte> text) => BinaryPrimitives.ReadUInt32LittleEndian(text);
}
