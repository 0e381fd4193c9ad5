using System.Runtime.CompilerServices;
using ParaKit.Hardware.Mmu;

namespace ParaKit.Hardware.Cpu;

/// <summary>Guest memory through the software TLB. Everything that misses goes to <see cref="Processor.Access"/>.</summary>
internal static unsafe class MemoryAccess
{
    /// <summary>Host address of <paramref name="size"/> readable bytes; null after a fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Readable(CpuState* cpu, DecodedInstruction* op, ulong linear, int size)
    {
        // The tag of the last byte's page is looked for in the first byte's slot: an access that crosses pages misses.
        int slot = SoftwareTlb.Slot(linear);
        ulong tag = ((linear + (uint)size - 1) & SoftwareTlb.PageMask) | cpu->TlbKey;
        return tag == cpu->ReadTags[slot]
            ? (byte*)(linear + cpu->Addends[slot])
            : Miss(cpu, op, linear, size, AccessKind.Read);
    }

    /// <summary>Host address of <paramref name="size"/> readable and writable bytes, to be given to <see cref="Close"/>; null after a fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Writable(CpuState* cpu, DecodedInstruction* op, ulong linear, int size)
    {
        int slot = SoftwareTlb.Slot(linear);
        ulong tag = ((linear + (uint)size - 1) & SoftwareTlb.PageMask) | cpu->TlbKey;
        return tag == cpu->WriteTags[slot]
            ? (byte*)(linear + cpu->Addends[slot])
            : Miss(cpu, op, linear, size, AccessKind.Write);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead<T>(CpuState* cpu, DecodedInstruction* op, ulong linear, out ulong value)
        where T : unmanaged
    {
        byte* place = Readable(cpu, op, linear, sizeof(T));
        if (place == null)
        {
            value = 0;
            return false;
        }

        value = Width.Load<T>(place);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWrite<T>(CpuState* cpu, DecodedInstruction* op, ulong linear, ulong value)
        where T : unmanaged
    {
        byte* place = Writable(cpu, op, linear, sizeof(T));
        if (place == null)
        {
            return false;
        }

        Close<T>(cpu, place, value);
        return true;
    }

    /// <summary>Writes a value to a place from <see cref="Writable"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Close<T>(CpuState* cpu, byte* place, ulong value)
        where T : unmanaged
    {
        Width.Store<T>(place, value);
        Commit(cpu, place, sizeof(T));
    }

    /// <summary>Makes <paramref name="size"/> bytes written to a place from <see cref="Writable"/> visible.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Commit(CpuState* cpu, byte* place, int size)
    {
        if (place == cpu->Staging)
        {
            Processor.Of(cpu).CommitStaging(size);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* Miss(CpuState* cpu, DecodedInstruction* op, ulong linear, int size, AccessKind access)
    {
        byte* place = Processor.Of(cpu).Access(linear, size, access, op->Flags & (DecodedFlags.StackSegment | DecodedFlags.GsSegment), op);
        if (place == null)
        {
            Step.Abandon(cpu, op);
        }

        return place;
    }
}
