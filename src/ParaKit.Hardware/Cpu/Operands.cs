using System.Runtime.CompilerServices;

namespace ParaKit.Hardware.Cpu;

/// <summary>Where an operand is. Implementations are types without fields, so that each combination is compiled for itself.</summary>
internal unsafe interface IOperand
{
    /// <summary>Reads the operand, zero-extended; false after a fault.</summary>
    static abstract bool TryRead<T>(CpuState* cpu, DecodedInstruction* op, ushort register, out ulong value)
        where T : unmanaged;

    /// <summary>The place of an operand that will be read and then written with <see cref="Close"/>; null after a fault.</summary>
    static abstract byte* TryOpen<T>(CpuState* cpu, DecodedInstruction* op, ushort register)
        where T : unmanaged;

    /// <summary>Writes to a place from <see cref="TryOpen"/>; cannot fault.</summary>
    static abstract void Close<T>(CpuState* cpu, byte* place, ulong value)
        where T : unmanaged;

    /// <summary>Writes the operand; false after a fault.</summary>
    static abstract bool TryWrite<T>(CpuState* cpu, DecodedInstruction* op, ushort register, ulong value)
        where T : unmanaged;
}

/// <summary>A register at an offset of the state. Writes of 32 bits clear the upper half; AH to BH are just odd offsets.</summary>
internal readonly unsafe struct RegisterOperand : IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead<T>(CpuState* cpu, DecodedInstruction* op, ushort register, out ulong value)
        where T : unmanaged
    {
        value = Width.Load<T>((byte*)cpu + register);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* TryOpen<T>(CpuState* cpu, DecodedInstruction* op, ushort register)
        where T : unmanaged => (byte*)cpu + register;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Close<T>(CpuState* cpu, byte* place, ulong value)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(uint))
        {
            *(ulong*)place = (uint)value;
        }
        else
        {
            Width.Store<T>(place, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWrite<T>(CpuState* cpu, DecodedInstruction* op, ushort register, ulong value)
        where T : unmanaged
    {
        Close<T>(cpu, (byte*)cpu + register, value);
        return true;
    }
}

/// <summary>The instruction's memory operand.</summary>
internal readonly unsafe struct MemoryOperand : IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Address(CpuState* cpu, DecodedInstruction* op) =>
        *(ulong*)((byte*)cpu + op->Base) + (*(ulong*)((byte*)cpu + op->Index) << op->Scale) + (ulong)op->Displacement;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead<T>(CpuState* cpu, DecodedInstruction* op, ushort register, out ulong value)
        where T : unmanaged => MemoryAccess.TryRead<T>(cpu, op, Address(cpu, op), out value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* TryOpen<T>(CpuState* cpu, DecodedInstruction* op, ushort register)
        where T : unmanaged => MemoryAccess.Writable(cpu, op, Address(cpu, op), sizeof(T));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Close<T>(CpuState* cpu, byte* place, ulong value)
        where T : unmanaged => MemoryAccess.Close<T>(cpu, place, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWrite<T>(CpuState* cpu, DecodedInstruction* op, ushort register, ulong value)
        where T : unmanaged => MemoryAccess.TryWrite<T>(cpu, op, Address(cpu, op), value);
}

/// <summary>The instruction's immediate.</summary>
internal readonly unsafe struct ImmediateOperand : IOperand
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead<T>(CpuState* cpu, DecodedInstruction* op, ushort register, out ulong value)
        where T : unmanaged
    {
        value = Width.Truncate<T>(op->Immediate);
        return true;
    }

    public static byte* TryOpen<T>(CpuState* cpu, DecodedInstruction* op, ushort register)
        where T : unmanaged => throw new NotSupportedException("An immediate is not a destination.");

    public static void Close<T>(CpuState* cpu, byte* place, ulong value)
        where T : unmanaged => throw new NotSupportedException("An immediate is not a destination.");

    public static bool TryWrite<T>(CpuState* cpu, DecodedInstruction* op, ushort register, ulong value)
        where T : unmanaged => throw new NotSupportedException("An immediate is not a destination.");
}
