using System.Runtime.CompilerServices;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

/// <summary>As <see cref="MemoryAccess"/>, for implicit stack accesses: a non-canonical address is #SS.</summary>
internal static unsafe class StackAccess
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Readable(CpuState* cpu, DecodedInstruction* op, ulong linear, int size)
    {
        int slot = SoftwareTlb.Slot(linear);
        ulong tag = ((linear + (uint)size - 1) & SoftwareTlb.PageMask) | cpu->TlbKey;
        return tag == cpu->ReadTags[slot]
            ? (byte*)(linear + cpu->Addends[slot])
            : Miss(cpu, op, linear, size, AccessKind.Read);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Writable(CpuState* cpu, DecodedInstruction* op, ulong linear, int size)
    {
        int slot = SoftwareTlb.Slot(linear);
        ulong tag = ((linear + (uint)size - 1) & SoftwareTlb.PageMask) | cpu->TlbKey;
        return tag == cpu->WriteTags[slot]
            ? (byte*)(linear + cpu->Addends[slot])
            : Miss(cpu, op, linear, size, AccessKind.Write);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* Miss(CpuState* cpu, DecodedInstruction* op, ulong linear, int size, AccessKind access)
    {
        byte* place = Processor.Of(cpu).Access(linear, size, access, DecodedFlags.StackSegment, op: null);
        if (place == null)
        {
            Step.Abandon(cpu, op);
        }

        return place;
    }
}
