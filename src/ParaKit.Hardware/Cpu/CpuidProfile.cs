using ParaKit.Hardware.Bus;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

/// <summary>What CPUID returns.</summary>
internal readonly record struct CpuidLeaf(uint Eax, uint Ebx, uint Ecx, uint Edx);

/// <summary>
/// The processor's fixed description of itself: an x86-64 processor with SSE2 and nothing newer than what the
/// instruction table has. No x87 instructions beyond state saving, no AVX, no virtualization.
/// Intel SDM vol. 2, "CPUID".
/// </summary>
internal static class CpuidProfile
{
    private const uint HighestBasic = TimeStampLeaf;
    private const uint TimeStampLeaf = 0x15;
    private const uint HighestExtended = 0x8000_0008;

    // Leaf 1, EDX.
    private const uint Fpu = 1 << 0;
    private const uint DebuggingExtensions = 1 << 2;
    private const uint PageSizeExtensions = 1 << 3;
    private const uint TimeStampCounter = 1 << 4;
    private const uint ModelSpecificRegisters = 1 << 5;
    private const uint PhysicalAddressExtension = 1 << 6;
    private const uint Cmpxchg8b = 1 << 8;
    private const uint Apic = 1 << 9;
    private const uint PageGlobal = 1 << 13;
    private const uint ConditionalMove = 1 << 15;
    private const uint PageAttributeTable = 1 << 16;
    private const uint CacheLineFlush = 1 << 19;
    private const uint Fxsr = 1 << 24;
    private const uint Sse = 1 << 25;
    private const uint Sse2 = 1 << 26;

    // Leaf 1, ECX.
    private const uint Cmpxchg16b = 1 << 13;
    private const uint Popcnt = 1 << 23;

    // Leaf 7, EBX and ECX.
    private const uint FsGsBase = 1 << 0;
    private const uint UserModeInstructionPrevention = 1 << 2;

    // Leaf 80000001h.
    private const uint LahfSahf = 1 << 0;
    private const uint SecureVirtualMachine = 1 << 2;
    private const uint Lzcnt = 1 << 5;
    private const uint Syscall = 1 << 11;
    private const uint NoExecute = 1 << 20;
    private const uint GiantPages = 1 << 26;
    private const uint Rdtscp = 1 << 27;
    private const uint LongMode = 1u << 29;
    private const uint InvariantTsc = 1 << 8;

    /// <summary>Family 6, model 15, stepping 1: a plain 64-bit processor.</summary>
    public const uint Signature = 0x0000_06f1;

    /// <summary>CLFLUSH works on 8 quadwords (bits 8-15).</summary>
    private const uint ClflushSize = 8 << 8;

    /// <summary>The initial identifier of the local APIC is in bits 24 to 31 of leaf 1's EBX.</summary>
    private const int ApicIdShift = 24;

    /// <summary>Answers a leaf.</summary>
    /// <param name="leaf">EAX.</param>
    /// <param name="subleaf">ECX.</param>
    /// <param name="frequencyHz">Of the time-stamp counter.</param>
    /// <param name="hasVirtualization">Whether VMRUN is offered.</param>
    /// <param name="apic">The local APIC, if there is one.</param>
    public static CpuidLeaf Read(uint leaf, uint subleaf, ulong frequencyHz, bool hasVirtualization = false, ILocalApic? apic = null) => leaf switch
    {
        0 => new CpuidLeaf(HighestBasic, Text("Para"), Text("x86 "), Text("Kit ")),
        1 => new CpuidLeaf(
            Signature,
            ClflushSize | ((apic?.Id ?? 0) << ApicIdShift),
            Cmpxchg16b | Popcnt,
            Fpu | DebuggingExtensions | PageSizeExtensions | TimeStampCounter | ModelSpecificRegisters
                | PhysicalAddressExtension | Cmpxchg8b | PageGlobal | ConditionalMove | PageAttributeTable
                | CacheLineFlush | Fxsr | Sse | Sse2 | (apic is { IsEnabled: true } ? Apic : 0)),
        7 when subleaf == 0 => new CpuidLeaf(0, FsGsBase, UserModeInstructionPrevention, 0),
        TimeStampLeaf => TimeStamp(frequencyHz),
        0x8000_0000 => new CpuidLeaf(HighestExtended, 0, 0, 0),
        0x8000_0001 => new CpuidLeaf(
            Signature, 0, LahfSahf | Lzcnt | (hasVirtualization ? SecureVirtualMachine : 0), Syscall | NoExecute | GiantPages | Rdtscp | LongMode),
        0x8000_0002 => new CpuidLeaf(Text("Para"), Text("Kit "), Text("simu"), Text("late")),
        0x8000_0003 => new CpuidLeaf(Text("d x8"), Text("6-64"), Text(" pro"), Text("cess")),
        0x8000_0004 => new CpuidLeaf(Text("or\0\0"), 0, 0, 0),
        0x8000_0007 => new CpuidLeaf(0, 0, 0, InvariantTsc),
        0x8000_0008 => new CpuidLeaf((LinearAddress.Bits << 8) | PageTableEntry.PhysicalAddressBits, 0, 0, 0),
        _ => default,
    };

    /// <summary>The counter's frequency is that of a crystal (ECX) times EBX / EAX: here a ratio that makes the crystal's fit into 32 bits.</summary>
    private static CpuidLeaf TimeStamp(ulong frequencyHz)
    {
        var ratio = (uint)(frequencyHz >> 32) + 1;
        return new CpuidLeaf(1, ratio, (uint)(frequencyHz / ratio), 0);
    }

    private static uint Text(string four) => (uint)(four[0] | (four[1] << 8) | (four[2] << 16) | (four[3] << 24));
}
